/* SPDX-License-Identifier: Apache-2.0 */
#include "trace_lines.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "text.h"

#define BATCH 4096 /* lines until others are looked at */

enum status trace_lines_open(struct session *session)
{
	int used = cbcc_trace_is_used(session->b);

	/* The machine's pipe has one reader and the lines of all programs: it is for those that print. */
	if (used < 0)
		return complain_library(STATUS_LOAD);
	if (!used)
		return STATUS_OK;
	if (cbcc_trace_fd(session->b) >= 0)
		session->traces = true;
	else if (session->options->trace_pipe)
		return complain_library(STATUS_LOAD);
	return STATUS_OK;
}

static void put_json(struct session *session, const struct cbcc_trace_line *line)
{
	FILE *out = session->out;

	fputs("{\"type\": \"trace\", \"task\": ", out);
	text_put_json_string(out, line->task);
	fprintf(out, ", \"pid\": %d, \"cpu\": %d, \"flags\": ", line->pid, line->cpu);
	text_put_json_string(out, line->flags);
	fprintf(out, ", \"ts\": %.6f, \"msg\": ", line->ts);
	text_put_json_string(out, line->msg);
	fputs("}\n", out);
}

static void put_line(struct session *session, const struct cbcc_trace_line *line)
{
	FILE *out = session->out;

	if (session->options->time) {
		session_put_time(session);
		fputc(' ', out);
	}
	fprintf(out, "%16.16s-%-7d [%03d] %.6f: ", line->task, line->pid, line->cpu, line->ts);
	text_put(out, line->msg, strlen(line->msg));
	fputc('\n', out);
}

int trace_lines_take(struct session *session)
{
	struct cbcc_trace_line line;
	int count = 0, got = 1;

	while (session->traces && count < BATCH && !session_is_full(session)) {
		got = cbcc_trace_fields(session->b, &line, true);
		if (got != 1)
			break;
		count++;
		session->written++;
		if (session->options->format == FORMAT_JSON)
			put_json(session, &line);
		else if (session->options->format == FORMAT_TEXT)
			put_line(session, &line);
	}
	return got < 0 && got != -EINTR && got != -EAGAIN ? got : count;
}

void trace_lines_report_lost(struct session *session)
{
	uint64_t lost = session->traces ? cbcc_trace_lost(session->b) : 0;

	if (!lost)
		return;
	complain("%" PRIu64 " lines of bpf_trace_printk() were lost", lost);
	if (session->options->format == FORMAT_JSON)
		fprintf(session->out, "{\"type\": \"lost\", \"count\": %" PRIu64 "}\n", lost);
}
