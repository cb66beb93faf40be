/* SPDX-License-Identifier: Apache-2.0 */
/* A handle's log callback. */
#ifndef CBCC_BASE_LOG_H
#define CBCC_BASE_LOG_H

#include "cbcc/log.h"

struct log {
	cbcc_log_fn fn; /* NULL: messages are dropped */
	void *ctx;
};

void log_write(const struct log *log, enum cbcc_log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
