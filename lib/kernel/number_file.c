/* SPDX-License-Identifier: Apache-2.0 */
#include "number_file.h"

#include <stdio.h>

int number_file_read(const char *path, const char *format)
{
	FILE *in = fopen(path, "re");
	int number = -1;

	if (!in)
		return -1;
	if (fscanf(in, format, &number) != 1)
		number = -1;
	fclose(in);
	return number;
}
