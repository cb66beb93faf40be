/* SPDX-License-Identifier: Apache-2.0 */
/* How far long work has come, on a terminal. */
#ifndef CBCC_PROGRESS_H
#define CBCC_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct progress {
	const char *what; /* is attached to */
	size_t total;
	struct timespec next; /* when to show it again */
	bool shown;
};

/** Shows that done of the total are, if standard error is a terminal and it has taken a while. */
void progress_show(struct progress *progress, size_t done);

/** Removes the line. */
void progress_end(struct progress *progress);

#endif
