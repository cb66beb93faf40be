/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "loader/libbpf_log.h"
#include "readers/events.h"

#define DEFAULT_PAGES 8
#define SMALL 128 /* bytes of an event */

struct perf {
	struct buffer buffer;
	struct perf_buffer *reader;
	cbcc_perf_event_fn callback;
	cbcc_perf_lost_fn lost; /* or NULL */
	void *ctx;
	size_t event_size; /* of all events; 0: they differ */
	void *copy;        /* of an event, aligned */
	size_t copy_size;
	/* Of one call of consume(): */
	int count; /* events */
	bool failed;
};

/* As the kernel writes them. */
struct sample {
	struct perf_event_header header;
	uint32_t size;
	unsigned char data[];
};

struct lost {
	struct perf_event_header header;
	uint64_t id;
	uint64_t lost;
};

/* The kernel rounds up, to have the next record aligned. */
static size_t true_size(const struct perf *perf, size_t stored)
{
	size_t size = perf->event_size;

	return size && ((size + 4 + 7) & ~(size_t)7) - 4 == stored ? size : stored;
}

static bool make_room(struct perf *perf, size_t size)
{
	void *copy;

	if (size <= perf->copy_size)
		return true;
	copy = realloc(perf->copy, size);
	if (!copy)
		return false;
	perf->copy = copy;
	perf->copy_size = size;
	return true;
}

/* Eight bytes at a time: events are small, and a call of memcpy() takes as long as the copy. */
static inline void copy_event(void *to, const unsigned char *from, size_t size)
{
	uint64_t *words = to;

	for (; size >= sizeof *words; size -= sizeof *words, from += sizeof *words) {
		memcpy(words++, from, sizeof *words);
		__asm__("" ::: "memory"); /* or the compiler makes a call of it */
	}
	if (size >= 4) { /* as ever: the kernel rounds up */
		memcpy(words, from, 4);
		size -= 4;
		from += 4;
		words = (void *)((unsigned char *)words + 4);
	}
	for (size_t i = 0; i < size; i++)
		((unsigned char *)words)[i] = from[i];
}

/* In the buffer, data follows four bytes behind a multiple of eight. */
static bool give_sample(struct perf *perf, int cpu, const struct sample *sample)
{
	if (!make_room(perf, sample->size))
		return false;
	if (sample->size <= SMALL)
		copy_event(perf->copy, sample->data, sample->size);
	else
		memcpy(perf->copy, sample->data, sample->size);
	perf->count++;
	perf->callback(perf->ctx, cpu, perf->copy, true_size(perf, sample->size));
	return true;
}

static void give_lost(struct perf *perf, int cpu, uint64_t count)
{
	perf->buffer.lost += count;
	if (perf->lost)
		perf->lost(perf->ctx, cpu, count);
}

static enum bpf_perf_event_ret take(void *ctx, int cpu, struct perf_event_header *record)
{
	struct perf *perf = ctx;

	if (record->type == PERF_RECORD_SAMPLE)
		perf->failed = !give_sample(perf, cpu, (const struct sample *)record);
	else if (record->type == PERF_RECORD_LOST)
		give_lost(perf, cpu, ((const struct lost *)record)->lost);
	return perf->failed || buffer_is_done(&perf->buffer) ? LIBBPF_PERF_EVENT_DONE
							     : LIBBPF_PERF_EVENT_CONT;
}

static int consume(struct buffer *buffer)
{
	struct perf *perf = (struct perf *)buffer;
	size_t cpus = perf_buffer__buffer_cnt(perf->reader);

	perf->count = 0;
	perf->failed = false;
	for (size_t i = 0; i < cpus && !perf->failed && !buffer_is_done(buffer); i++)
		perf_buffer__consume_buffer(perf->reader, i);
	return perf->failed ? error_set(-ENOMEM, "cannot read perf buffer '%s'", buffer->name) : perf->count;
}

static void destroy(struct buffer *buffer)
{
	struct perf *perf = (struct perf *)buffer;

	perf_buffer__free(perf->reader);
	free(perf->copy);
	free(perf);
}

static struct perf_buffer *open_reader(const struct cbcc *b, const struct bpf_map *map,
				       const struct cbcc_perf_buffer_opts *opts, struct perf *perf)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof attr,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.wakeup_events = opts->wakeup_events ? opts->wakeup_events : 1,
	};
	struct perf_buffer *reader;

	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	reader = perf_buffer__new_raw(bpf_map__fd(map), opts->page_cnt ? opts->page_cnt : DEFAULT_PAGES,
				      &attr, take, perf, NULL);
	libbpf_log_end();
	return reader;
}

static size_t event_size(const struct cbcc *b, const char *name)
{
	for (size_t i = 0; i < b->unit.nmaps; i++)
		if (strcmp(b->unit.maps[i].name, name) == 0)
			return b->unit.maps[i].event_size;
	return 0;
}

static int check_opts(const struct cbcc_perf_buffer_opts *opts)
{
	if (opts->page_cnt & (opts->page_cnt - 1))
		return error_say(-EINVAL, "a perf buffer of %zu pages: that is no power of two",
				 opts->page_cnt);
	return 0;
}

static int open_buffer(struct cbcc *b, const char *name, const struct bpf_map *map, const struct perf *with,
		       const struct cbcc_perf_buffer_opts *opts)
{
	struct perf *perf = malloc(sizeof *perf);
	int err;

	if (!perf)
		return error_set(-ENOMEM, "cannot open perf buffer '%s'", name);
	*perf = *with;
	perf->reader = open_reader(b, map, opts, perf);
	if (!perf->reader) {
		err = error_set(-errno, "cannot open perf buffer '%s'", name);
		free(perf);
		return err;
	}
	perf->buffer.fd = perf_buffer__epoll_fd(perf->reader);
	return events_add(b, name, &perf->buffer);
}

int cbcc_open_perf_buffer(struct cbcc *b, const char *name, cbcc_perf_event_fn callback, void *ctx,
			  const struct cbcc_perf_buffer_opts *user_opts)
{
	struct cbcc_perf_buffer_opts opts;
	struct perf perf = { .buffer = { .kind = BUFFER_PERF, .consume = consume, .destroy = destroy },
			     .callback = callback,
			     .ctx = ctx };
	const struct bpf_map *map;
	int err = handle_check(b, "cbcc_open_perf_buffer");

	if (!err && !callback)
		err = error_say(-EINVAL, "cbcc_open_perf_buffer: the callback is NULL");
	if (!err)
		err = opts_copy(&opts, sizeof opts, user_opts, "cbcc_perf_buffer_opts");
	if (!err)
		err = check_opts(&opts);
	if (err)
		return err;
	map = events_map(b, name, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	if (!map)
		return -errno;
	perf.lost = opts.lost;
	perf.event_size = event_size(b, name);
	return open_buffer(b, name, map, &perf, &opts);
}
