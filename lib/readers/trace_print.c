/* SPDX-License-Identifier: Apache-2.0 */
/* The public calls that read the trace pipe of a handle. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cbcc.h"

#include "base/error.h"
#include "handle.h"
#include "readers/private_trace.h"
#include "readers/trace_format.h"
#include "readers/trace_line.h"
#include "readers/trace_pipe.h"

/* Refuses a NULL handle; opens the pipe at the first call. */
static int trace_ready(struct cbcc *b, const char *call)
{
	int err = handle_check(b, call);

	if (err || b->trace)
		return err;
	err = b->private_trace ? private_trace_open(b, &b->trace) : trace_pipe_open(&b->trace);
	if (!err)
		trace_pipe_set_interrupt(b->trace, &b->interrupt);
	return err;
}

/* The next line that can be taken apart, as cbcc_trace_fields(). */
static int next_fields(struct trace_pipe *pipe, struct cbcc_trace_line *fields, bool nonblocking)
{
	char *line;
	size_t length;
	int status;

	do
		status = trace_pipe_line(pipe, nonblocking, &line, &length);
	while (status > 0 && trace_line_parse(line, fields) != 0);
	return status;
}

static int print_next(struct trace_pipe *pipe, const char *fmt)
{
	struct cbcc_trace_line fields;
	char *line;
	size_t length;
	int status;

	if (fmt)
		status = next_fields(pipe, &fields, false);
	else
		status = trace_pipe_line(pipe, false, &line, &length);
	if (status < 0)
		return status;
	status = fmt ? trace_format_write(stdout, fmt, &fields) : fputs(line, stdout);
	if (status < 0 || putchar('\n') == EOF || fflush(stdout) == EOF)
		return error_set(-errno, "cannot write to standard output");
	return 0;
}

int cbcc_trace_print(struct cbcc *b, const char *fmt)
{
	int err = fmt ? trace_format_check(fmt) : 0;

	if (!err)
		err = trace_ready(b, "cbcc_trace_print");
	while (!err)
		err = print_next(b->trace, fmt);
	return err;
}

int cbcc_trace_fields(struct cbcc *b, struct cbcc_trace_line *fields, bool nonblocking)
{
	int err;

	if (!fields)
		return error_say(-EINVAL, "cbcc_trace_fields: fields is NULL");
	err = trace_ready(b, "cbcc_trace_fields");
	return err ? err : next_fields(b->trace, fields, nonblocking);
}

int cbcc_trace_readline(struct cbcc *b, char *buf, size_t size, bool nonblocking)
{
	size_t length, kept;
	char *line;
	int status;

	if (!buf || !size)
		return error_say(-EINVAL, "cbcc_trace_readline: there is no buffer to read into");
	*buf = '\0';
	status = trace_ready(b, "cbcc_trace_readline");
	if (status)
		return status;
	status = trace_pipe_line(b->trace, nonblocking, &line, &length);
	if (status < 0)
		return status;
	if (!status)
		return error_say(-EAGAIN, "the trace pipe has no line yet");
	kept = length < TRACE_LINE_MAX ? length : TRACE_LINE_MAX;
	if (kept >= size)
		kept = size - 1;
	memcpy(buf, line, kept);
	buf[kept] = '\0';
	return length < INT_MAX ? (int)length : INT_MAX;
}

int cbcc_trace_fd(struct cbcc *b)
{
	int err = trace_ready(b, "cbcc_trace_fd");

	return err ? err : trace_pipe_fd(b->trace);
}

uint64_t cbcc_trace_lost(const struct cbcc *b)
{
	if (b && b->private_trace)
		return private_trace_lost(b);
	return b && b->trace ? trace_pipe_lost(b->trace) : 0;
}
