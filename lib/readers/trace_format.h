/* SPDX-License-Identifier: Apache-2.0 */
/* The format of cbcc_trace_print(): text with {0} to {5} for the fields of a line, {{ and }} for braces. */
#ifndef CBCC_TRACE_FORMAT_H
#define CBCC_TRACE_FORMAT_H

#include <stdio.h>

struct cbcc_trace_line;

/** Returns 0, or -EINVAL with the thread's error set, saying where and what. */
int trace_format_check(const char *fmt);

/**
 * Writes a format that trace_format_check() accepts, expanded; no newline. The time stamp has as many digits
 * as tell it from its neighbours, as Python prints a float. Returns 0, or EOF with errno as the stdio
 * functions.
 */
int trace_format_write(FILE *out, const char *fmt, const struct cbcc_trace_line *fields);

#endif
