/* SPDX-License-Identifier: Apache-2.0 */
/* BCC's C API, whose header and libbpf's do not go together; and what all callbacks do with an event. */
#ifndef CBCC_BENCH_EVENTS_BCC_H
#define CBCC_BENCH_EVENTS_BCC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct event_sum {
	uint64_t count, numbers, bytes;
};

/** An event begins with its number; in a perf buffer it may not be aligned. */
static inline void event_add(struct event_sum *sum, const void *data, size_t size)
{
	uint64_t number;

	memcpy(&number, data, sizeof number);
	sum->count++;
	sum->numbers += number;
	sum->bytes += size;
}

struct bcc_events;

/** NULL with errno. */
struct bcc_events *bcc_events_open(int ring_fd, int perf_fd, int pages, struct event_sum *sum);

void bcc_events_consume_ring(struct bcc_events *events);
void bcc_events_consume_perf(struct bcc_events *events);
void bcc_events_close(struct bcc_events *events);

#endif
