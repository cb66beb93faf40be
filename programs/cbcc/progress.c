/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define EVERY 100000000L /* ns, from the first call on */

static bool is_due(struct progress *progress)
{
	struct timespec now;
	bool due;

	clock_gettime(CLOCK_MONOTONIC, &now);
	due = now.tv_sec > progress->next.tv_sec ||
	      (now.tv_sec == progress->next.tv_sec && now.tv_nsec >= progress->next.tv_nsec);
	if (!due)
		return false;
	due = progress->next.tv_sec; /* not at the first call */
	now.tv_nsec += EVERY;
	if (now.tv_nsec >= 1000000000L) {
		now.tv_nsec -= 1000000000L;
		now.tv_sec++;
	}
	progress->next = now;
	return due;
}

void progress_show(struct progress *progress, size_t done)
{
	if (!is_due(progress) || !isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\rattaching to %zu of %zu %s (%zu%%)\033[K", done, progress->total, progress->what,
		done * 100 / progress->total);
	fflush(stderr);
	progress->shown = true;
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
}
