/* SPDX-License-Identifier: Apache-2.0 */
#include "status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cbcc.h"

enum status complain(const char *fmt, ...)
{
	va_list args;

	fputs("cbcc: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	return STATUS_COMMAND;
}

enum status complain_library(enum status doing)
{
	const char *error = cbcc_last_error();
	size_t length = strlen(error);

	fprintf(stderr, "cbcc: %s%s", error, length && error[length - 1] == '\n' ? "" : "\n");
	switch (cbcc_last_error_kind()) {
	case CBCC_ERROR_USAGE:
		return STATUS_COMMAND;
	case CBCC_ERROR_COMPILE:
		return STATUS_COMPILE;
	case CBCC_ERROR_LOAD:
		return STATUS_LOAD;
	case CBCC_ERROR_ATTACH:
		return STATUS_ATTACH;
	default:
		return doing;
	}
}
