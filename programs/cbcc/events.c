/* SPDX-License-Identifier: Apache-2.0 */
#include "events.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "folded.h"
#include "text.h"

#define USUAL_PAGES 64

struct buffer {
	struct session *session;
	const char *name;
	const struct cbcc_type *type; /* of its events; NULL: they are bytes */
	struct columns columns;
};

static void put_bytes(FILE *out, const unsigned char *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		fprintf(out, "%s%02x", i ? " " : "", data[i]);
}

static void put_json(struct buffer *buffer, const void *data, size_t size)
{
	const struct cbcc_field whole = { .name = "", .type = buffer->type };
	FILE *out = buffer->session->out;

	fputs("{\"type\": \"event\", \"map\": ", out);
	text_put_json_string(out, buffer->name);
	fputs(", \"data\": ", out);
	if (buffer->type) {
		value_put_json(buffer->session, out, &whole, buffer->type, data, size);
	} else {
		fputc('"', out);
		put_bytes(out, data, size);
		fputc('"', out);
	}
	fputs("}\n", out);
}

static bool has_titles(const struct buffer *buffer)
{
	const struct buffer *shown = buffer->session->shown;

	return shown && (shown == buffer || columns_are_alike(&shown->columns, &buffer->columns));
}

static void put_titles(struct buffer *buffer)
{
	struct session *session = buffer->session;

	if (!has_titles(buffer) && buffer->type) {
		fputs(session->color ? "\033[1m" : "", session->out);
		if (session->options->time)
			fprintf(session->out, "%-8s ", "TIME");
		columns_put_titles(&buffer->columns, session, true);
		fputs(session->color ? "\033[0m\n" : "\n", session->out);
	}
	session->shown = buffer;
}

static void put_line(struct buffer *buffer, const void *data, size_t size)
{
	struct session *session = buffer->session;

	if (buffer->type && !has_titles(buffer))
		columns_measure(&buffer->columns, session, data, size);
	put_titles(buffer);
	if (session->options->time) {
		session_put_time(session);
		fputc(' ', session->out);
	}
	if (buffer->type)
		columns_put(&buffer->columns, session, data, size, true);
	else
		put_bytes(session->out, data, size);
	fputc('\n', session->out);
	if (buffer->type && size >= cbcc_type_size(buffer->type))
		columns_put_stacks(&buffer->columns, session, data);
}

static void take(struct buffer *buffer, const void *data, size_t size)
{
	struct session *session = buffer->session;

	if (session_is_full(session))
		return;
	session->written++;
	if (session->folds && folded_has_stack(session, buffer->type) && size >= cbcc_type_size(buffer->type)) {
		folded_put(session, session->folds, buffer->type, data, 1);
		return;
	}
	if (session->options->format == FORMAT_JSON)
		put_json(buffer, data, size);
	else if (session->options->format == FORMAT_TEXT)
		put_line(buffer, data, size);
}

static void on_perf_event(void *ctx, int cpu, const void *data, size_t size)
{
	(void)cpu;
	take(ctx, data, size);
}

static int on_ring_event(void *ctx, const void *data, size_t size)
{
	take(ctx, data, size);
	return 0;
}

static int open_buffer(struct session *session, struct buffer *buffer, uint32_t type)
{
	struct cbcc_perf_buffer_opts opts = { .sz = sizeof opts, .page_cnt = session->options->pages };

	if (!opts.page_cnt)
		opts.page_cnt = USUAL_PAGES;
	buffer->session = session;
	buffer->type = cbcc_event_type(session->b, buffer->name);
	if (buffer->type)
		columns_init(&buffer->columns, session, buffer->type, "VALUE");
	return type == BPF_MAP_TYPE_RINGBUF
		       ? cbcc_open_ring_buffer(session->b, buffer->name, on_ring_event, buffer)
		       : cbcc_open_perf_buffer(session->b, buffer->name, on_perf_event, buffer, &opts);
}

/* Perf event arrays are for counters, too, and then hold no events. */
static bool is_buffer(const struct session *session, const char *name, uint32_t type)
{
	return type == BPF_MAP_TYPE_RINGBUF ||
	       (type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && cbcc_event_type(session->b, name));
}

enum status events_open(struct session *session)
{
	int count = cbcc_num_tables(session->b), err = 0;

	session->buffers = allocate(((size_t)count + 1) * sizeof *session->buffers);
	for (int i = 0; i < count && err >= 0; i++) {
		struct cbcc_table *table = cbcc_get_table_by_index(session->b, i);
		struct buffer *buffer = &session->buffers[session->nbuffers];

		if (!table)
			return complain_library(STATUS_LOAD);
		if (!is_buffer(session, cbcc_table_name(table), cbcc_table_type(table)))
			continue;
		buffer->name = cbcc_table_name(table);
		session->nbuffers++;
		err = open_buffer(session, buffer, cbcc_table_type(table));
	}
	return err < 0 ? complain_library(STATUS_LOAD) : STATUS_OK;
}

int events_take(struct session *session)
{
	return session->nbuffers ? cbcc_poll(session->b, 0) : 0;
}

void events_report_lost(struct session *session)
{
	for (size_t i = 0; i < session->nbuffers; i++) {
		const char *name = session->buffers[i].name;
		uint64_t lost = cbcc_buffer_lost(session->b, name);

		if (!lost)
			continue;
		complain("%" PRIu64 " events of %s were lost; a larger --buffer may keep them", lost, name);
		if (session->options->format == FORMAT_JSON)
			fprintf(session->out, "{\"type\": \"lost\", \"map\": \"%s\", \"count\": %" PRIu64 "}\n", name, lost);
	}
}

void events_free(struct session *session)
{
	for (size_t i = 0; i < session->nbuffers; i++)
		columns_free(&session->buffers[i].columns);
	free(session->buffers);
}
