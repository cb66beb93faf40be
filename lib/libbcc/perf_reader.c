/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers of perf buffers, one for each processor. The caller puts their descriptors into the map: libbpf's reader, which does that
 * itself, cannot be used.
 */
#include "libbcc.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "complain.h"
#include "links/perf_event.h"

struct perf_reader {
	perf_reader_raw_cb raw;
	perf_reader_lost_cb lost;
	void *cookie;
	int fd;
	struct perf_event_mmap_page *page; /* before the records; NULL: not mapped */
	size_t page_size, size;            /* size: of the records, a power of two */
	char *copy;                        /* of a record that goes over the end */
	size_t copy_size;
	unsigned int users; /* polls that it is part of, which end before it does */
	bool reading, freed;
};

struct lost_record {
	struct perf_event_header header;
	uint64_t id, lost;
};

struct sample_record {
	struct perf_event_header header;
	uint32_t size;
	char data[];
};

static void destroy(struct perf_reader *reader)
{
	if (reader->page)
		munmap(reader->page, reader->page_size + reader->size);
	if (reader->fd >= 0)
		close(reader->fd);
	free(reader->copy);
	free(reader);
}

void perf_reader_free(void *ptr)
{
	struct perf_reader *reader = ptr;

	if (!reader)
		return;
	reader->freed = true;
	if (!reader->users)
		destroy(reader);
}

int perf_reader_fd(struct perf_reader *reader)
{
	return reader->fd;
}

void perf_reader_set_fd(struct perf_reader *reader, int fd)
{
	reader->fd = fd;
}

static int open_event(const struct bcc_perf_buffer_opts *opts)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof attr,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.wakeup_events = opts->wakeup_events > 0 ? (uint32_t)opts->wakeup_events : 1,
	};

	return perf_event_open(&attr, opts->pid, opts->cpu, -1, 0);
}

int perf_reader_mmap(struct perf_reader *reader)
{
	void *page = mmap(NULL, reader->page_size + reader->size, PROT_READ | PROT_WRITE, MAP_SHARED,
			  reader->fd, 0);

	if (page == MAP_FAILED)
		return failed_to(-errno, "mapping a perf buffer of %zu bytes", reader->size);
	reader->page = page;
	if (ioctl(reader->fd, PERF_EVENT_IOC_ENABLE, 0) != 0)
		return failed_to(-errno, "enabling a perf buffer");
	return 0;
}

struct perf_reader *perf_reader_new(perf_reader_raw_cb raw_cb, perf_reader_lost_cb lost_cb, void *cookie,
				    int page_cnt)
{
	struct perf_reader *reader = calloc(1, sizeof *reader);

	if (!reader)
		return NULL;
	reader->raw = raw_cb;
	reader->lost = lost_cb;
	reader->cookie = cookie;
	reader->page_size = (size_t)sysconf(_SC_PAGESIZE);
	reader->size = reader->page_size * (size_t)(page_cnt > 0 ? page_cnt : 1);
	reader->fd = -1;
	return reader;
}

void *bpf_open_perf_buffer_opts(perf_reader_raw_cb raw_cb, perf_reader_lost_cb lost_cb, void *cookie,
				int page_cnt, struct bcc_perf_buffer_opts *opts)
{
	static const struct bcc_perf_buffer_opts defaults = { -1, 0, 1 };
	struct perf_reader *reader = perf_reader_new(raw_cb, lost_cb, cookie, page_cnt);

	if (!reader)
		return NULL;
	reader->fd = open_event(opts ? opts : &defaults);
	if (reader->fd < 0)
		failed_to(reader->fd, "opening a perf buffer");
	else if (perf_reader_mmap(reader) == 0)
		return reader;
	destroy(reader);
	return NULL;
}

void *bpf_open_perf_buffer(perf_reader_raw_cb raw_cb, perf_reader_lost_cb lost_cb, void *cookie, int pid,
			   int cpu, int page_cnt)
{
	struct bcc_perf_buffer_opts opts = { pid, cpu, 1 };

	return bpf_open_perf_buffer_opts(raw_cb, lost_cb, cookie, page_cnt, &opts);
}

/* The record at a position, in one piece; NULL: out of memory. */
static const struct perf_event_header *record_at(struct perf_reader *reader, uint64_t position)
{
	char *records = (char *)reader->page + reader->page_size;
	size_t at = position & (reader->size - 1), first = reader->size - at;
	const struct perf_event_header *record = (const struct perf_event_header *)(records + at);

	if (record->size <= first)
		return record;
	if (record->size > reader->copy_size) {
		char *copy = realloc(reader->copy, record->size);

		if (!copy)
			return NULL;
		reader->copy = copy;
		reader->copy_size = record->size;
	}
	memcpy(reader->copy, record, first);
	memcpy(reader->copy + first, records, record->size - first);
	return (const struct perf_event_header *)reader->copy;
}

static void deliver(struct perf_reader *reader, const struct perf_event_header *record)
{
	if (record->type == PERF_RECORD_LOST) {
		uint64_t lost = ((const struct lost_record *)record)->lost;

		if (reader->lost)
			reader->lost(reader->cookie, lost);
		else
			complain("Possibly lost %" PRIu64 " samples", lost);
	} else if (record->type == PERF_RECORD_SAMPLE) {
		struct sample_record *sample = (struct sample_record *)record;

		if (reader->raw && sample->size <= record->size - offsetof(struct sample_record, data))
			reader->raw(reader->cookie, sample->data, (int)sample->size);
	}
}

/* A callback may poll: its own reader is left out then. */
static void read_records(struct perf_reader *reader)
{
	uint64_t tail;

	if (reader->reading || !reader->page)
		return;
	tail = reader->page->data_tail;
	reader->reading = true;
	while (!reader->freed && tail != __atomic_load_n(&reader->page->data_head, __ATOMIC_ACQUIRE)) {
		const struct perf_event_header *record = record_at(reader, tail);

		if (!record)
			break;
		tail += record->size;
		deliver(reader, record);
		__atomic_store_n(&reader->page->data_tail, tail, __ATOMIC_RELEASE);
	}
	reader->reading = false;
}

/* A callback may free any of them. */
static void read_all(int count, struct perf_reader **readers, const struct pollfd *polled)
{
	for (int i = 0; i < count; i++)
		readers[i]->users++;
	for (int i = 0; i < count; i++) {
		struct perf_reader *reader = readers[i];

		if (!polled || polled[i].revents & POLLIN)
			read_records(reader);
		if (!--reader->users && reader->freed)
			destroy(reader);
	}
}

void perf_reader_event_read(struct perf_reader *reader)
{
	read_all(1, &reader, NULL);
}

int perf_reader_poll(int count, struct perf_reader **readers, int timeout)
{
	struct pollfd *polled = calloc((size_t)count + 1, sizeof *polled);

	if (!polled)
		return 0;
	for (int i = 0; i < count; i++)
		polled[i] = (struct pollfd){ .fd = readers[i]->fd, .events = POLLIN };
	if (poll(polled, (nfds_t)count, timeout) > 0)
		read_all(count, readers, polled);
	free(polled);
	return 0;
}

int perf_reader_consume(int count, struct perf_reader **readers)
{
	read_all(count, readers, NULL);
	return 0;
}
