/* SPDX-License-Identifier: Apache-2.0 */
#include "loader/libbpf_log.h"

#include <bpf/libbpf.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local struct {
	const struct log *log; /* NULL outside */
	bool debug;
} current;

static libbpf_print_fn_t others;

static int print(enum libbpf_print_level level, const char *fmt, va_list args)
{
	char *message;
	int n;

	if (!current.log)
		return others ? others(level, fmt, args) : 0;
	if (!current.debug)
		return 0;
	n = vasprintf(&message, fmt, args);
	if (n < 0)
		return 0;
	message[strcspn(message, "\n") == (size_t)n - 1 ? (size_t)n - 1 : (size_t)n] = '\0';
	log_write(current.log, CBCC_LOG_DEBUG, "%s", message);
	free(message);
	return n;
}

static void install(void)
{
	others = libbpf_set_print(print);
}

void libbpf_log_begin(const struct log *log, bool debug)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, install);
	current.log = log;
	current.debug = debug;
}

void libbpf_log_end(void)
{
	current.log = NULL;
}
