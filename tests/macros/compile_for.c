/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiles one text as for a kernel of another version than the running one, and prints what the compiler made of it.
 *
 *     compile-for -k MAJOR.MINOR.PATCH [-d DEBUG] [-f FLAG]... FILE
 *
 *     -k RELEASE  the kernel's version; its BTF and configuration are those that this process finds
 *     -d DEBUG    bits of enum cbcc_debug: what is printed on standard output
 *     -f FLAG     a compiler argument
 *
 * Diagnostics go to standard error. The exit status is 0 if the text compiles, 1 if not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cbcc.h"
#include "base/text_file.h"
#include "kernel/release.h"
#include "kernel/tracefs.h"
#include "module/module.h"

#define USAGE 64

static void print(void *ctx, enum cbcc_log_level level, const char *message)
{
	(void)ctx;
	(void)level;
	puts(message);
}

static int compile(struct compile_request *request)
{
	struct compiled result;
	int err = compiler_compile(request, &result);

	if (err)
		fprintf(stderr, "%s\n", cbcc_last_error());
	else if (result.diagnostics)
		fputs(result.diagnostics, stderr);
	compiler_release(&result);
	return err ? 1 : 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: compile-for -k RELEASE [-d DEBUG] [-f FLAG]... FILE\n");
	return USAGE;
}

int main(int argc, char **argv)
{
	const char *cflags[argc];
	struct compile_request request = {
		.cflags = cflags, .syscall_wrapper = true, .open_tracefs = tracefs_open, .log = print
	};
	char *text;
	int opt;

	/* The static library is not beside the module. */
	setenv("CBCC_COMPILER", CBCC_TEST_COMPILER, 0);
	while ((opt = getopt(argc, argv, "k:d:f:")) != -1) {
		if (opt == 'k')
			request.kernel_version = kernel_version_parse(optarg);
		else if (opt == 'd')
			request.debug = strtoul(optarg, NULL, 0);
		else if (opt == 'f')
			cflags[request.ncflags++] = optarg;
		else
			return usage();
	}
	if (optind + 1 != argc || !request.kernel_version)
		return usage();
	if (text_file_read(argv[optind], &text)) {
		fprintf(stderr, "%s\n", cbcc_last_error());
		return 1;
	}
	request.text = text;
	request.text_size = strlen(text);
	request.name = argv[optind];
	opt = compile(&request);
	free(text);
	return opt;
}
