/* SPDX-License-Identifier: Apache-2.0 */
#include "complain.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cbcc.h"

static void write_line(const char *before, const char *fmt, va_list args, const char *after)
{
	char *line;

	if (vasprintf(&line, fmt, args) < 0)
		return;
	fprintf(stderr, "%s%s%s%s\n", before, line, after ? ": " : "", after ? after : "");
	free(line);
}

void complain(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	write_line("", fmt, args, NULL);
	va_end(args);
}

void complain_last_error(void)
{
	const char *error = cbcc_last_error();
	size_t length = strlen(error);

	if (length)
		fprintf(stderr, "%s%s", error, error[length - 1] == '\n' ? "" : "\n");
}

int failed(int err)
{
	errno = -err;
	return -1;
}

int failed_to(int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	write_line("bpf: ", fmt, args, strerror(-err));
	va_end(args);
	return failed(err);
}
