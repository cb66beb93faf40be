/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void log_write(const struct log *log, enum cbcc_log_level level, const char *fmt, ...)
{
	char *message;
	va_list args;
	int n;

	if (!log->fn)
		return;
	va_start(args, fmt);
	n = vasprintf(&message, fmt, args);
	va_end(args);
	if (n < 0)
		return;
	log->fn(log->ctx, level, message);
	free(message);
}
