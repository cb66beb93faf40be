/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's trace pipe as a stream of lines. */
#ifndef CBCC_TRACE_PIPE_H
#define CBCC_TRACE_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/interrupt.h"

/** Characters of a line that are kept. */
#define TRACE_LINE_MAX 65536

/* Where the characters come from. */
struct trace_source {
	void *ctx;
	int fd; /* readable when there are some */
	ssize_t (*read)(void *ctx, char *buffer, size_t size); /* as read(2), nonblocking */
	void (*close)(void *ctx);
};

/* Lines are assembled from partial reads. Owned by a handle; opened at its first trace call. */
struct trace_pipe;

/**
 * Opens tracefs' trace_pipe, which has no end: where the kernel reports one (tracing was switched off), lines
 * may follow later. Returns 0, or a negative errno with the thread's error set: as tracefs_open(), -ENOMEM.
 */
int trace_pipe_open(struct trace_pipe **pipe);

/**
 * The same machine over any descriptor, up to its end (tests use a pipe(2)). The pipe owns the descriptor,
 * also if this fails, and makes it nonblocking.
 */
int trace_pipe_from_fd(int fd, struct trace_pipe **pipe);

/** The same over any source, which it owns, also if this fails. */
int trace_pipe_from_source(const struct trace_source *source, struct trace_pipe **pipe);

/** Has trace_pipe_line() end by requests, which it takes. */
void trace_pipe_set_interrupt(struct trace_pipe *pipe, struct interrupt *interrupt);

/** Accepts NULL. */
void trace_pipe_close(struct trace_pipe *pipe);

int trace_pipe_fd(const struct trace_pipe *pipe);

/** Sum of the "CPU:n [LOST m EVENTS]" lines returned so far; one without a number counts as 1. */
uint64_t trace_pipe_lost(const struct trace_pipe *pipe);

/**
 * The next line, without newline and trailing blanks, NUL-terminated, the caller's to change until the next
 * call. A line longer than TRACE_LINE_MAX is cut, its rest dropped, and *length still tells the whole length,
 * blanks included. "CPU:n [LOST m EVENTS]" lines are counted and returned like any other. What follows the
 * last newline of a stream that ends is a line.
 *
 * Returns 1; 0 if nonblocking and there is none yet; else a negative errno with the thread's error set:
 * -EINTR (a signal handler ran while waiting, or there was an interrupt; no input is lost), -EPIPE at the end of the stream, -ENOMEM,
 * those of read(2).
 */
int trace_pipe_line(struct trace_pipe *pipe, bool nonblocking, char **line, size_t *length);

#endif
