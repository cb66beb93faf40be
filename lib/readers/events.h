/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The open buffers of a handle. Whoever reads them may close them, or free the handle, from a callback: then they stay
 * until the poll is over, and call nobody back any more.
 */
#ifndef CBCC_READERS_EVENTS_H
#define CBCC_READERS_EVENTS_H

#include <bpf/libbpf.h>

#include "handle.h"

enum buffer_kind {
	BUFFER_PERF,
	BUFFER_RING,
	BUFFER_KINDS,
};

/* All that are open, and what ends a poll of them. */
struct events {
	struct interrupt *interrupt; /* the handle's */
	int kind_fds[BUFFER_KINDS];  /* epoll: the buffers of a kind */
	int fd;                      /* epoll: all buffers */
	struct buffer *first; /* perf buffers come first: only others can end a poll with events unread */
	uint64_t lost;        /* in buffers that are closed */
	bool polled;
	bool abandoned; /* the handle was freed meanwhile */
};

/* What is common to buffers; the first member of each kind's own. */
struct buffer {
	struct buffer *next;
	struct events *events; /* where it is listed */
	char *name;
	enum buffer_kind kind;
	int fd;        /* readable when there are events */
	uint64_t lost; /* events */
	bool closed;
	/* Calls back for what there is now. The number of events, or what a callback returned if negative. */
	int (*consume)(struct buffer *buffer);
	void (*destroy)(struct buffer *buffer); /* all but the name; accepts one that failed to open */
};

/** The map of that name and type for a buffer that is to be opened; NULL with the error set. */
struct bpf_map *events_map(struct cbcc *b, const char *name, enum bpf_map_type type);

/**
 * Adds a buffer of which kind, fd, consume and destroy are set. Takes it, also if this fails.
 * 0, or errno, error set.
 */
int events_add(struct cbcc *b, const char *name, struct buffer *buffer);

/** Whether no more events are to be read for now. */
static inline bool events_are_over(const struct events *events)
{
	return events->abandoned || interrupt_is_requested(events->interrupt);
}

/** Whether a callback must not be called (again). Asked for each event. */
static inline bool buffer_is_done(const struct buffer *buffer)
{
	return buffer->closed || events_are_over(buffer->events);
}

/** Whether the handle is being polled: then it is freed when that is over, and true is returned. */
bool events_defer_free(struct cbcc *b);

void events_free(struct cbcc *b);

#endif
