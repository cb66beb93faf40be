/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: perf buffers and ring buffers, what programs submit as events. A part of cbcc.h.
 *
 *     static void on_event(void *ctx, int cpu, const void *data, size_t size) { ... }
 *
 *     cbcc_open_perf_buffer(b, "events", on_event, NULL, NULL);     // b["events"].open_perf_buffer(on_event)
 *     while (cbcc_poll(b, -1) >= 0)                                 // while True: b.perf_buffer_poll()
 *             ;
 *
 * Callbacks run in the thread that polls. They may call cbcc for the same handle: attach and detach, open and close
 * buffers, even their own, and free the handle, which then ends the poll; but not poll it.
 */
#ifndef CBCC_EVENTS_H
#define CBCC_EVENTS_H

#include "base.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Receives an event of a perf buffer. data is aligned for any type, and valid during the call.
 *
 * @param cpu   on which the program ran
 * @param size  in bytes, as submitted, if all calls in the text that submit to this map give one constant size.
 *              Otherwise as the kernel stores events: with up to 7 bytes behind it, so that size + 4 is a multiple
 *              of 8. (BCC always gives the latter: 44 for a struct of 40 bytes.)
 */
typedef void (*cbcc_perf_event_fn)(void *ctx, int cpu, const void *data, size_t size);

/** Learns that the kernel dropped events of a perf buffer, because nobody had made room in time. */
typedef void (*cbcc_perf_lost_fn)(void *ctx, int cpu, uint64_t count);

/**
 * Receives an event of a ring buffer. data is 8-byte aligned, and valid during the call.
 *
 * @return 0 or more to go on; a negative number ends the poll, which returns it
 */
typedef int (*cbcc_ring_event_fn)(void *ctx, const void *data, size_t size);

/** Options of cbcc_open_perf_buffer(). */
struct cbcc_perf_buffer_opts {
	size_t sz;              /**< sizeof(struct cbcc_perf_buffer_opts) */
	cbcc_perf_lost_fn lost; /**< NULL: lost events are only counted */
	size_t page_cnt;        /**< pages of memory for each CPU, a power of two; 0: 8 */
	/** Events on one CPU until a waiting poll returns; 0: 1. More make less work; fewer may stay unread for long. */
	uint32_t wakeup_events;
};

/**
 * Opens a BPF_PERF_OUTPUT map (BPF_MAP_TYPE_PERF_EVENT_ARRAY) for reading, on all CPUs that are online.
 *
 * BCC: b[name].open_perf_buffer(callback, page_cnt, lost_cb, wakeup_events)
 *
 * @param ctx   first argument of the callbacks
 * @param opts  NULL for defaults
 * @return 0; -ENOENT (the text has no such map), -EINVAL (it is of another type; page_cnt is no power of two),
 *         -EEXIST (it is open), -EBUSY (closed in a callback, and the poll goes on), -EPERM, -ENOMEM ...
 */
CBCC_API int cbcc_open_perf_buffer(struct cbcc *b, const char *name, cbcc_perf_event_fn callback, void *ctx,
				   const struct cbcc_perf_buffer_opts *opts);

/**
 * Opens a BPF_RINGBUF_OUTPUT map (BPF_MAP_TYPE_RINGBUF) for reading.
 *
 * BCC: b[name].open_ring_buffer(callback, ctx)
 *
 * @return as cbcc_open_perf_buffer()
 */
CBCC_API int cbcc_open_ring_buffer(struct cbcc *b, const char *name, cbcc_ring_event_fn callback, void *ctx);

/**
 * Closes a perf buffer or a ring buffer; what is unread in a perf buffer is gone. cbcc_free() closes all.
 *
 * BCC (C++): b.close_perf_buffer(name)
 *
 * @return 0; -ENOENT if no buffer of that name is open
 */
CBCC_API int cbcc_close_buffer(struct cbcc *b, const char *name);

/**
 * Calls the callbacks for the events there are in the handle's perf buffers and ring buffers. If there are none, waits
 * for the first.
 *
 * BCC: none for both kinds at once; b.perf_buffer_poll(timeout) and b.ring_buffer_poll(timeout) are the next two
 *
 * @param timeout_ms  how long to wait, in milliseconds; 0: not at all; -1: for ever
 * @return the number of events; 0 after the timeout; -EINTR after a signal handler ran while waiting (with SA_RESTART,
 *         too), or cbcc_interrupt() was called, even if there were events; what a ring buffer's callback returned, if
 *         negative; -ENOENT if no buffer is open; -EBUSY in a callback
 */
CBCC_API int cbcc_poll(struct cbcc *b, int timeout_ms);

/** As cbcc_poll(), for perf buffers alone. BCC: b.perf_buffer_poll(timeout), b.kprobe_poll(timeout) */
CBCC_API int cbcc_perf_buffer_poll(struct cbcc *b, int timeout_ms);

/** As cbcc_poll(), for ring buffers alone. BCC: b.ring_buffer_poll(timeout) */
CBCC_API int cbcc_ring_buffer_poll(struct cbcc *b, int timeout_ms);

/** As cbcc_poll(), for the one buffer of that name. BCC (C++): b.poll_perf_buffer(name, timeout) */
CBCC_API int cbcc_poll_buffer(struct cbcc *b, const char *name, int timeout_ms);

/** As cbcc_perf_buffer_poll(b, 0): what there is, without waiting. BCC: b.perf_buffer_consume() */
CBCC_API int cbcc_perf_buffer_consume(struct cbcc *b);

/** As cbcc_ring_buffer_poll(b, 0). BCC: b.ring_buffer_consume() */
CBCC_API int cbcc_ring_buffer_consume(struct cbcc *b);

/**
 * A file descriptor for poll() and its like, for all buffers of the handle, those opened later included: readable means
 * that cbcc_poll(b, 0) may find events, or an interrupt. Owned by the handle; do not read or close it.
 *
 * BCC: none
 *
 * @return the descriptor, or a negative errno
 */
CBCC_API int cbcc_events_fd(struct cbcc *b);

/**
 * Events that the kernel reported as lost in the handle's perf buffers, closed ones included. The kernel tells of them
 * with the next event on the same CPU that there is room for. (What a ring buffer has no room for is not counted: the
 * program is told, by ringbuf_output() or ringbuf_reserve().) 0 if b is NULL.
 *
 * BCC: none; the callback lost_cb is told of each loss
 */
CBCC_API uint64_t cbcc_events_lost(const struct cbcc *b);

/** As cbcc_events_lost(), for one open buffer; 0 if there is none of that name. */
CBCC_API uint64_t cbcc_buffer_lost(const struct cbcc *b, const char *name);

/**
 * The type of the events that the program submits to a perf buffer or ring buffer, to read or print them by
 * (cbcc/types.h). The compiler takes it from the calls that submit them.
 *
 * BCC: b["events"].event(data), without a cast
 *
 * @param name  of the map in the text
 * @return a type of the handle; NULL with errno ENOENT if the text has no such map, or submits no struct to it; EINVAL,
 *         ENOMEM
 */
CBCC_API const struct cbcc_type *cbcc_event_type(struct cbcc *b, const char *name);

#ifdef __cplusplus
}
#endif

#endif
