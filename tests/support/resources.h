/* SPDX-License-Identifier: Apache-2.0 */
/* What a process holds, to see whether something was left behind. */
#ifndef CBCC_TEST_RESOURCES_H
#define CBCC_TEST_RESOURCES_H

#include <stddef.h>

struct resources {
	int fds;
	int programs;  /* BPF programs of the whole machine */
	size_t memory; /* bytes allocated */
};

struct resources resources_now(void);

/** Nothing may be held that was not held before. The kernel is given some seconds to free its programs. */
void assert_nothing_left(const struct resources *before);

/** Nothing may be held after an action that was not held before; it is done some times first, as allocators keep reserves. */
void assert_leaves_nothing(void (*action)(void));

#endif
