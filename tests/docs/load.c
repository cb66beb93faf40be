/* SPDX-License-Identifier: Apache-2.0 */
/* load FILE: compiles a program text and loads what it can of it, attaches nothing, and prints the error. */
#include <cbcc.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	const struct cbcc_opts opts = { .sz = sizeof opts, .load_only = true };
	struct cbcc *b = argc == 2 ? cbcc_new_from_file(argv[1], &opts) : NULL;

	puts(cbcc_last_error());
	cbcc_free(b);
	return b ? 0 : 1;
}
