/* SPDX-License-Identifier: Apache-2.0 */
/* A time that costs nothing to ask for, by which what may have changed is looked at seldom. */
#ifndef CBCC_SYMBOLS_CLOCK_H
#define CBCC_SYMBOLS_CLOCK_H

#include <stdint.h>
#include <time.h>

/** Milliseconds, by steps of the kernel's tick: 1 to 10. */
static inline uint64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif
