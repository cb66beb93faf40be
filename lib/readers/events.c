/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A poll looks into the buffers before it waits, and into all of them after: that perf buffers are readable, the kernel
 * tells once, to whoever asks first, be it the application's own poll(2) of cbcc_events_fd().
 */
#include "readers/events.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "links/link.h"
#include "loader/maps.h"

/* The buffers that a poll is about. */
struct scope {
	unsigned int kinds;       /* bits */
	const struct buffer *one; /* NULL: all of those kinds */
	int fd;
	const char *what; /* is polled, for errors */
};

static void close_fds(struct events *events)
{
	for (size_t i = 0; i < BUFFER_KINDS; i++)
		if (events->kind_fds[i] >= 0)
			close(events->kind_fds[i]);
	if (events->fd >= 0)
		close(events->fd);
}

static int create_fds(struct events *events)
{
	struct epoll_event event = { .events = EPOLLIN };
	bool ok = true;

	for (size_t i = 0; i < BUFFER_KINDS; i++)
		ok &= (events->kind_fds[i] = epoll_create1(EPOLL_CLOEXEC)) >= 0;
	ok &= (events->fd = epoll_create1(EPOLL_CLOEXEC)) >= 0;
	ok = ok && epoll_ctl(events->fd, EPOLL_CTL_ADD, events->interrupt->fd, &event) == 0;
	return ok ? 0 : error_set(-errno, "cannot wait for events");
}

/* Makes b->events at the first need. */
static int ensure_events(struct cbcc *b)
{
	struct events *events;
	int err;

	if (b->events)
		return 0;
	events = calloc(1, sizeof *events);
	if (!events)
		return error_set(-ENOMEM, "cannot wait for events");
	events->interrupt = &b->interrupt;
	err = create_fds(events);
	if (err) {
		close_fds(events);
		free(events);
		return err;
	}
	b->events = events;
	return 0;
}

static struct buffer *find(const struct cbcc *b, const char *name)
{
	for (struct buffer *buffer = b->events ? b->events->first : NULL; buffer; buffer = buffer->next)
		if (strcmp(buffer->name, name) == 0)
			return buffer;
	return NULL;
}

static int check_name(const struct cbcc *b, const char *name)
{
	const struct buffer *open = name ? find(b, name) : NULL;

	if (!name)
		return error_say(-EINVAL, "a buffer cannot be opened without its name");
	if (!open)
		return 0;
	return open->closed ? error_say(-EBUSY,
					"buffer '%s' was closed by a callback, and is still being read", name)
			    : error_say(-EEXIST, "buffer '%s' is open already", name);
}

struct bpf_map *events_map(struct cbcc *b, const char *name, enum bpf_map_type type)
{
	struct bpf_map *map;
	int err = check_name(b, name);

	if (!err)
		err = maps_create(b);
	if (err)
		return error_null(err);
	map = maps_find(b, name);
	if (!map)
		return error_null(error_say(-ENOENT, "the program has no map '%s'", name));
	if (bpf_map__type(map) != type)
		return error_null(error_say(-EINVAL, "map '%s' is of type %s, not %s", name,
					    libbpf_bpf_map_type_str(bpf_map__type(map)),
					    libbpf_bpf_map_type_str(type)));
	return map;
}

static void destroy(struct buffer *buffer)
{
	char *name = buffer->name;

	buffer->destroy(buffer);
	free(name);
}

static int watch(const struct events *events, const struct buffer *buffer)
{
	struct epoll_event event = { .events = EPOLLIN };

	if (epoll_ctl(events->fd, EPOLL_CTL_ADD, buffer->fd, &event) == 0 &&
	    epoll_ctl(events->kind_fds[buffer->kind], EPOLL_CTL_ADD, buffer->fd, &event) == 0)
		return 0;
	return error_set(-errno, "cannot wait for events of '%s'", buffer->name);
}

int events_add(struct cbcc *b, const char *name, struct buffer *buffer)
{
	struct buffer **at;
	int err = ensure_events(b);

	buffer->name = strdup(name);
	if (!err && !buffer->name)
		err = error_set(-ENOMEM, "cannot open buffer '%s'", name);
	if (!err)
		err = watch(b->events, buffer);
	if (err) {
		destroy(buffer);
		return err;
	}
	buffer->events = b->events;
	for (at = &b->events->first; *at && (*at)->kind <= buffer->kind;)
		at = &(*at)->next;
	buffer->next = *at;
	*at = buffer;
	return 0;
}

static void remove_closed(struct events *events)
{
	for (struct buffer **at = &events->first; *at;) {
		struct buffer *buffer = *at;

		if (!buffer->closed) {
			at = &buffer->next;
			continue;
		}
		*at = buffer->next;
		events->lost += buffer->lost;
		destroy(buffer);
	}
}

int cbcc_close_buffer(struct cbcc *b, const char *name)
{
	struct buffer *buffer;
	int err = handle_check(b, "cbcc_close_buffer");

	if (err)
		return err;
	buffer = name ? find(b, name) : NULL;
	if (!buffer || buffer->closed)
		return error_say(-ENOENT, "no buffer '%s' is open", name ? name : "(NULL)");
	buffer->closed = true;
	if (!b->events->polled)
		remove_closed(b->events);
	return 0;
}

bool events_defer_free(struct cbcc *b)
{
	if (!b->events || !b->events->polled)
		return false;
	b->events->abandoned = true;
	links_free(b);
	return true;
}

void events_free(struct cbcc *b)
{
	struct events *events = b->events;

	if (!events)
		return;
	for (struct buffer *buffer = events->first; buffer; buffer = buffer->next)
		buffer->closed = true;
	remove_closed(events);
	close_fds(events);
	free(events);
	b->events = NULL;
}

static bool is_in(const struct scope *scope, const struct buffer *buffer)
{
	return !buffer->closed && (scope->one ? buffer == scope->one : scope->kinds >> buffer->kind & 1);
}

/* Whether there is anything to be polled. */
static bool is_open(const struct events *events, const struct scope *scope)
{
	for (const struct buffer *buffer = events->first; buffer; buffer = buffer->next)
		if (is_in(scope, buffer))
			return true;
	return false;
}

/* The number of events there were, or what a callback returned if negative. */
static int consume(struct events *events, const struct scope *scope)
{
	int total = 0;

	for (struct buffer *buffer = events->first; buffer && !events_are_over(events);
	     buffer = buffer->next) {
		int n = is_in(scope, buffer) ? buffer->consume(buffer) : 0;

		if (n < 0)
			return n;
		total = n > INT_MAX - total ? INT_MAX : total + n;
	}
	return total;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 1 if there seem to be events or an interrupt, 0 at the end of the time. */
static int wait_until(struct interrupt *interrupt, int fd, bool for_ever, int64_t end)
{
	int64_t rest = for_ever ? -1 : end - now_ms();
	int ready;

	if (!for_ever && rest <= 0)
		return 0;
	ready = interrupt_poll(interrupt, fd, (int)rest);
	return ready < 0 ? error_set(ready, "waiting for events") : ready;
}

static int poll_until(struct events *events, const struct scope *scope, int timeout_ms)
{
	int64_t end = timeout_ms > 0 ? now_ms() + timeout_ms : 0;

	for (;;) {
		int n = consume(events, scope);

		if (n >= 0 && interrupt_take(events->interrupt))
			return -EINTR;
		if (n || events->abandoned || !timeout_ms || !is_open(events, scope))
			return n;
		n = wait_until(events->interrupt, scope->fd, timeout_ms < 0, end);
		if (n <= 0)
			return n;
	}
}

static int poll_scope(struct cbcc *b, const struct scope *scope, int timeout_ms)
{
	struct events *events = b->events;
	int result;

	if (!events || !is_open(events, scope))
		return error_say(-ENOENT, "no %s is open", scope->what);
	if (events->polled)
		return error_say(-EBUSY, "a callback cannot poll the handle that it is called for");
	events->polled = true;
	result = poll_until(events, scope, timeout_ms);
	events->polled = false;
	if (events->abandoned)
		cbcc_free(b);
	else
		remove_closed(events);
	return result;
}

int cbcc_poll(struct cbcc *b, int timeout_ms)
{
	int err = handle_check(b, "cbcc_poll");
	struct scope scope = { .kinds = ~0u, .what = "perf buffer or ring buffer" };

	if (err)
		return err;
	scope.fd = b->events ? b->events->fd : -1;
	return poll_scope(b, &scope, timeout_ms);
}

static int poll_kind(struct cbcc *b, const char *call, enum buffer_kind kind, int timeout_ms)
{
	int err = handle_check(b, call);
	struct scope scope = { .kinds = 1u << kind,
			       .what = kind == BUFFER_PERF ? "perf buffer" : "ring buffer" };

	if (err)
		return err;
	scope.fd = b->events ? b->events->kind_fds[kind] : -1;
	return poll_scope(b, &scope, timeout_ms);
}

int cbcc_perf_buffer_poll(struct cbcc *b, int timeout_ms)
{
	return poll_kind(b, "cbcc_perf_buffer_poll", BUFFER_PERF, timeout_ms);
}

int cbcc_ring_buffer_poll(struct cbcc *b, int timeout_ms)
{
	return poll_kind(b, "cbcc_ring_buffer_poll", BUFFER_RING, timeout_ms);
}

int cbcc_perf_buffer_consume(struct cbcc *b)
{
	return poll_kind(b, "cbcc_perf_buffer_consume", BUFFER_PERF, 0);
}

int cbcc_ring_buffer_consume(struct cbcc *b)
{
	return poll_kind(b, "cbcc_ring_buffer_consume", BUFFER_RING, 0);
}

int cbcc_poll_buffer(struct cbcc *b, const char *name, int timeout_ms)
{
	int err = handle_check(b, "cbcc_poll_buffer");
	struct scope scope = { .what = "buffer of that name" };

	if (err)
		return err;
	scope.one = name ? find(b, name) : NULL;
	if (scope.one)
		scope.fd = scope.one->fd;
	return poll_scope(b, &scope, timeout_ms);
}

int cbcc_events_fd(struct cbcc *b)
{
	int err = handle_check(b, "cbcc_events_fd");

	if (!err)
		err = ensure_events(b);
	return err ? err : b->events->fd;
}

uint64_t cbcc_events_lost(const struct cbcc *b)
{
	uint64_t lost = b && b->events ? b->events->lost : 0;

	for (const struct buffer *buffer = b && b->events ? b->events->first : NULL; buffer;
	     buffer = buffer->next)
		lost += buffer->lost;
	return lost;
}

uint64_t cbcc_buffer_lost(const struct cbcc *b, const char *name)
{
	const struct buffer *buffer = b && name ? find(b, name) : NULL;

	return buffer && !buffer->closed ? buffer->lost : 0;
}
