/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flag is set before the descriptor is written, and looked at after it was read: a request that comes at any time is
 * seen before the next wait, or ends it.
 */
#include "base/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"

int interrupt_open(struct interrupt *interrupt)
{
	interrupt->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return interrupt->fd < 0 ? -errno : 0;
}

void interrupt_close(struct interrupt *interrupt)
{
	if (interrupt->fd >= 0)
		close(interrupt->fd);
}

void interrupt_request(struct interrupt *interrupt)
{
	const uint64_t one = 1;
	int saved = errno;

	atomic_store(&interrupt->requested, true);
	if (write(interrupt->fd, &one, sizeof one) < 0) {
		/* It is full of requests. */
	}
	errno = saved;
}

static void calm(const struct interrupt *interrupt)
{
	uint64_t count;

	if (read(interrupt->fd, &count, sizeof count) < 0) {
		/* The request was seen before it was written. */
	}
}

bool interrupt_take(struct interrupt *interrupt)
{
	if (!interrupt || !interrupt_is_requested(interrupt) ||
	    !atomic_exchange(&interrupt->requested, false))
		return false;
	calm(interrupt);
	error_say(-EINTR, "interrupted by cbcc_interrupt()");
	return true;
}

int interrupt_poll(struct interrupt *interrupt, int fd, int timeout_ms)
{
	struct pollfd fds[2] = { { .fd = fd, .events = POLLIN }, { .fd = -1, .events = POLLIN } };
	int ready;

	if (interrupt)
		fds[1].fd = interrupt->fd;
	ready = poll(fds, 2, timeout_ms);
	if (ready < 0 && errno == EINTR && interrupt && interrupt_is_requested(interrupt))
		return 1;
	if (ready < 0)
		return -errno;
	if (fds[1].revents)
		calm(interrupt);
	return ready > 0;
}
