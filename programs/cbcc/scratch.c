/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include <stdlib.h>

#include "status.h"

FILE *scratch_begin(struct scratch *scratch)
{
	if (!scratch->stream)
		scratch->stream = open_memstream(&scratch->text, &scratch->size);
	if (!scratch->stream) {
		complain("out of memory");
		exit(STATUS_COMMAND);
	}
	rewind(scratch->stream);
	return scratch->stream;
}

const char *scratch_end(struct scratch *scratch)
{
	fputc('\0', scratch->stream); /* over what was there before */
	fflush(scratch->stream);
	return scratch->text;
}

void scratch_free(struct scratch *scratch)
{
	if (scratch->stream)
		fclose(scratch->stream);
	free(scratch->text);
}
