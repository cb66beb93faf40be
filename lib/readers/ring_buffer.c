/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "loader/libbpf_log.h"
#include "readers/events.h"

/* Ends libbpf's reading for a reason of ours. */
#define STOP (-ECANCELED)

struct ring {
	struct buffer buffer;
	struct ring_buffer *reader;
	cbcc_ring_event_fn callback;
	void *ctx;
	size_t capacity; /* bytes */
	/* Of one call of consume(): */
	size_t read; /* bytes */
	int count;   /* events */
	int result;  /* of the callback, if negative */
};

/* Stops after as much as the buffer holds: whoever writes faster than this is read must not keep the others waiting. */
static int take(void *ctx, void *data, size_t size)
{
	struct ring *ring = ctx;
	int result = ring->callback(ring->ctx, data, size);

	ring->count++;
	ring->read += size;
	if (result < 0) {
		ring->result = error_say(result, "the callback of ring buffer '%s' returned %d",
					 ring->buffer.name, result);
		return STOP;
	}
	return buffer_is_done(&ring->buffer) || ring->read >= ring->capacity ? STOP : 0;
}

static int consume(struct buffer *buffer)
{
	struct ring *ring = (struct ring *)buffer;
	int n;

	ring->read = 0;
	ring->count = 0;
	ring->result = 0;
	n = ring_buffer__consume(ring->reader);
	if (n < 0 && n != STOP)
		return error_set(n, "cannot read ring buffer '%s'", buffer->name);
	return ring->result ? ring->result : ring->count;
}

static void destroy(struct buffer *buffer)
{
	struct ring *ring = (struct ring *)buffer;

	ring_buffer__free(ring->reader);
	free(ring);
}

static struct ring_buffer *open_reader(const struct cbcc *b, const struct bpf_map *map, struct ring *ring)
{
	struct ring_buffer *reader;

	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	reader = ring_buffer__new(bpf_map__fd(map), take, ring, NULL);
	libbpf_log_end();
	return reader;
}

int cbcc_open_ring_buffer(struct cbcc *b, const char *name, cbcc_ring_event_fn callback, void *ctx)
{
	struct bpf_map *map;
	struct ring *ring;
	int err = handle_check(b, "cbcc_open_ring_buffer");

	if (!err && !callback)
		err = error_say(-EINVAL, "cbcc_open_ring_buffer: the callback is NULL");
	if (err)
		return err;
	map = events_map(b, name, BPF_MAP_TYPE_RINGBUF);
	if (!map)
		return -errno;
	ring = calloc(1, sizeof *ring);
	if (!ring)
		return error_set(-ENOMEM, "cannot open ring buffer '%s'", name);
	*ring = (struct ring){ .buffer = { .kind = BUFFER_RING, .consume = consume, .destroy = destroy },
			       .reader = open_reader(b, map, ring),
			       .callback = callback,
			       .ctx = ctx,
			       .capacity = bpf_map__max_entries(map) };
	if (!ring->reader) {
		err = error_set(-errno, "cannot open ring buffer '%s'", name);
		free(ring);
		return err;
	}
	ring->buffer.fd = ring_buffer__epoll_fd(ring->reader);
	return events_add(b, name, &ring->buffer);
}
