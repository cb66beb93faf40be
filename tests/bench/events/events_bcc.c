/* SPDX-License-Identifier: Apache-2.0 */
#include "events_bcc.h"

#include <stdlib.h>
#include <unistd.h>

#include <bcc/libbpf.h>
#include <bcc/perf_reader.h>

#define CPUS_MAX 1024

struct bcc_events {
	struct ring_buffer *ring;
	struct perf_reader *readers[CPUS_MAX];
	int count;
};

static int on_ring(void *ctx, void *data, size_t size)
{
	event_add(ctx, data, size);
	return 0;
}

static void on_perf(void *ctx, void *data, int size)
{
	event_add(ctx, data, size);
}

struct bcc_events *bcc_events_open(int ring_fd, int perf_fd, int pages, struct event_sum *sum)
{
	struct bcc_events *events = calloc(1, sizeof *events);
	int cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (!events)
		return NULL;
	events->ring = bpf_new_ringbuf(ring_fd, on_ring, sum);
	for (int cpu = 0; cpu < cpus && cpu < CPUS_MAX; cpu++) {
		struct perf_reader *reader = bpf_open_perf_buffer(on_perf, NULL, sum, -1, cpu, pages);
		int fd = reader ? perf_reader_fd(reader) : -1;

		if (!reader || bpf_update_elem(perf_fd, &cpu, &fd, 0) != 0)
			return NULL;
		events->readers[events->count++] = reader;
	}
	return events->ring ? events : NULL;
}

void bcc_events_consume_ring(struct bcc_events *events)
{
	bpf_consume_ringbuf(events->ring);
}

void bcc_events_consume_perf(struct bcc_events *events)
{
	perf_reader_consume(events->count, events->readers);
}

void bcc_events_close(struct bcc_events *events)
{
	bpf_free_ringbuf(events->ring);
	for (int i = 0; i < events->count; i++)
		perf_reader_free(events->readers[i]);
	free(events);
}
