/* SPDX-License-Identifier: Apache-2.0 */
/* A request to come back from waiting, made by another thread or in a signal handler. */
#ifndef CBCC_INTERRUPT_H
#define CBCC_INTERRUPT_H

#include <stdatomic.h>
#include <stdbool.h>

struct interrupt {
	atomic_bool requested;
	int fd; /* eventfd: only wakes; whether there is a request, the flag says */
};

/** 0, or errno. */
int interrupt_open(struct interrupt *interrupt);

void interrupt_close(struct interrupt *interrupt);

/** Async-signal-safe. */
void interrupt_request(struct interrupt *interrupt);

static inline bool interrupt_is_requested(const struct interrupt *interrupt)
{
	return atomic_load_explicit(&interrupt->requested, memory_order_relaxed);
}

/** Whether there is a request, which is then no more: the thread's error is set to -EINTR. NULL has none. */
bool interrupt_take(struct interrupt *interrupt);

/** As poll(2) of one descriptor for input. A request ends it, too: 1. Or a negative errno. NULL has no requests. */
int interrupt_poll(struct interrupt *interrupt, int fd, int timeout_ms);

#endif
