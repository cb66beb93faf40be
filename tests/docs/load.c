/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load [-d] FILE: compiles a program text and loads what it can of it, attaches nothing, and prints the error; with -d before
 * that what the compiler made of it. -d is for texts that this kernel need not take.
 */
#include <cbcc.h>
#include <stdio.h>
#include <string.h>

static void print(void *ctx, enum cbcc_log_level level, const char *message)
{
	(void)ctx;
	if (level == CBCC_LOG_DEBUG)
		puts(message);
}

int main(int argc, char **argv)
{
	struct cbcc_opts opts = { .sz = sizeof opts, .log = print, .load_only = true };
	struct cbcc *b;

	if (argc == 3 && strcmp(argv[1], "-d") == 0)
		opts.debug = CBCC_DEBUG_LLVM_IR | CBCC_DEBUG_SOURCE;
	b = argc > 1 ? cbcc_new_from_file(argv[argc - 1], &opts) : NULL;
	puts(cbcc_last_error());
	cbcc_free(b);
	return b ? 0 : 1;
}
