/* SPDX-License-Identifier: Apache-2.0 */
#include "loop.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "events.h"
#include "iterators.h"
#include "signals.h"
#include "stacks.h"
#include "tables.h"
#include "trace_lines.h"

/* What is waited for. */
enum { SIGNALS, OUTPUT, EVENTS, TRACES, PROCESS, NFDS };

#define FIRST_LEARN 0.02 /* seconds; a process may be short */
#define LAST_LEARN 2.0
#define LAST_ROUNDS 1000 /* of reading what is there at the end: programs may go on */

struct loop {
	struct session *session;
	struct pollfd fds[NFDS];
	double end, next; /* seconds of the clock; INFINITY: never */
	double learn, wait; /* when to look for names in stacks, and how long until the next time */
	bool done;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The process of -p, whose end is seen where the kernel has such descriptors (since 5.3). */
static int process_fd(const struct session *session)
{
	return session->pid && !session->child.pid ? (int)syscall(SYS_pidfd_open, session->pid, 0) : -1;
}

static enum status prepare(struct loop *loop, struct session *session)
{
	const struct options *options = session->options;
	double start = now();

	*loop = (struct loop){ .session = session };
	loop->end = options->duration > 0 ? start + options->duration : INFINITY;
	loop->next = options->interval > 0 ? start + options->interval : INFINITY;
	loop->wait = FIRST_LEARN;
	loop->learn = session->stacks && session->pid ? start + FIRST_LEARN : INFINITY;
	loop->fds[SIGNALS] = (struct pollfd){ .fd = signals_begin(), .events = POLLIN };
	/* Of a pipe that nobody reads POLLERR is told, whatever is asked for. */
	loop->fds[OUTPUT] = (struct pollfd){ .fd = fileno(session->out) };
	loop->fds[EVENTS] = (struct pollfd){ .fd = session->nbuffers ? cbcc_events_fd(session->b) : -1, .events = POLLIN };
	loop->fds[TRACES] = (struct pollfd){ .fd = session->traces ? cbcc_trace_fd(session->b) : -1, .events = POLLIN };
	loop->fds[PROCESS] = (struct pollfd){ .fd = process_fd(session), .events = POLLIN };
	loop->done = session->pid && !session->child.pid && kill(session->pid, 0) != 0 && errno == ESRCH;
	if (loop->fds[SIGNALS].fd < 0)
		return complain("cannot handle signals: %s", strerror(errno));
	return STATUS_OK;
}

/* Writes what is there. The number of pieces. */
static enum status take(struct loop *loop, int *count)
{
	int lines = trace_lines_take(loop->session), events = lines < 0 ? lines : events_take(loop->session);

	if (events < 0 && events != -EINTR)
		return complain_library(STATUS_COMMAND);
	*count = lines + (events > 0 ? events : 0);
	session_flush(loop->session);
	loop->done = loop->done || session_is_full(loop->session) || loop->session->write_error;
	return STATUS_OK;
}

static int timeout(const struct loop *loop)
{
	double left = fmin(fmin(loop->end, loop->next), loop->learn) - now();

	return left > 1e6 ? -1 : left > 0 ? (int)ceil(left * 1000) : 0;
}

static enum status at_interval(struct loop *loop)
{
	double time = now();
	enum status status = STATUS_OK;

	if (time >= loop->next) {
		status = iterators_print(loop->session);
		if (!status)
			status = tables_print(loop->session);
		session_flush(loop->session);
		loop->next += loop->session->options->interval;
		if (loop->next < time) /* too late for some of them */
			loop->next = time + loop->session->options->interval;
	}
	loop->done = loop->done || time >= loop->end;
	return status;
}

/* Sooner for processes that may end soon, which those may that have just begun. */
static void at_learn(struct loop *loop)
{
	if (now() < loop->learn)
		return;
	stacks_learn(loop->session);
	loop->wait = fmin(loop->wait * 2, LAST_LEARN);
	loop->learn = now() + loop->wait;
}

static enum status turn(struct loop *loop)
{
	enum status status;
	int count;

	if (poll(loop->fds, NFDS, timeout(loop)) < 0 && errno != EINTR)
		return complain("cannot wait: %s", strerror(errno));
	status = take(loop, &count);
	if (signals_ask_for_end() || child_has_ended(&loop->session->child) || loop->fds[OUTPUT].revents & POLLERR ||
	    (loop->fds[PROCESS].fd >= 0 && loop->fds[PROCESS].revents))
		loop->done = true;
	at_learn(loop);
	return status ? status : at_interval(loop);
}

static enum status take_rest(struct loop *loop)
{
	enum status status = STATUS_OK;
	int count = 1;

	for (int i = 0; i < LAST_ROUNDS && count && !status && !session_is_full(loop->session); i++)
		status = take(loop, &count);
	return status;
}

/* Then the program has said all that it will say. */
static bool has_only_iterators(const struct session *session)
{
	const struct options *options = session->options;

	return !session->nbuffers && !session->traces && !options->interval && !options->duration && !options->command;
}

enum status loop(struct session *session)
{
	struct loop state;
	enum status status = prepare(&state, session);

	if (!status)
		child_go(&session->child);
	if (!status && session->iterators.count) {
		status = iterators_print(session);
		state.done = has_only_iterators(session);
	}
	while (!status && !state.done)
		status = turn(&state);
	if (!status)
		status = take_rest(&state);
	if (state.fds[PROCESS].fd >= 0)
		close(state.fds[PROCESS].fd);
	return status;
}
