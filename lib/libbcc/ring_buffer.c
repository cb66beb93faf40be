/* SPDX-License-Identifier: Apache-2.0 */
/* Ring buffers: libbpf's readers. */
#include <bpf/libbpf.h>

#include "libbcc.h"

void *bpf_new_ringbuf(int map_fd, ring_buffer_sample_fn sample_cb, void *ctx)
{
	return ring_buffer__new(map_fd, sample_cb, ctx, NULL);
}

int bpf_add_ringbuf(struct ring_buffer *rb, int map_fd, ring_buffer_sample_fn sample_cb, void *ctx)
{
	return ring_buffer__add(rb, map_fd, sample_cb, ctx);
}

int bpf_poll_ringbuf(struct ring_buffer *rb, int timeout_ms)
{
	return ring_buffer__poll(rb, timeout_ms);
}

int bpf_consume_ringbuf(struct ring_buffer *rb)
{
	return ring_buffer__consume(rb);
}

void bpf_free_ringbuf(struct ring_buffer *rb)
{
	ring_buffer__free(rb);
}
