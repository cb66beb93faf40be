/* SPDX-License-Identifier: Apache-2.0 */
#include "links/closing.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* Most of a thread's time is the kernel's wait; few descriptors are not worth one. */
#define THREADS_MAX 32
#define FDS_PER_THREAD 4

struct work {
	const int *fds;
	size_t count;
	atomic_size_t next;
};

static void *close_some(void *arg)
{
	struct work *work = arg;
	size_t at;

	while ((at = atomic_fetch_add(&work->next, 1)) < work->count)
		close(work->fds[at]);
	return NULL;
}

/* Without the application's signals, which are for its own threads. */
static size_t start(struct work *work, pthread_t *threads, size_t wanted)
{
	sigset_t all, before;
	size_t started = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	while (started < wanted && pthread_create(&threads[started], NULL, close_some, work) == 0)
		started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

void close_all(const int *fds, size_t count)
{
	struct work work = { .fds = fds, .count = count };
	pthread_t threads[THREADS_MAX];
	size_t wanted = count / FDS_PER_THREAD, started;

	started = start(&work, threads, wanted < THREADS_MAX ? wanted : THREADS_MAX);
	close_some(&work);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
}
