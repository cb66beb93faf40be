/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: the trace pipe, what bpf_trace_printk() prints. A part of cbcc.h.
 *
 * The kernel has one trace pipe. Whoever reads it gets the lines of all programs; newer kernels refuse a second reader
 * (-EBUSY), on older ones each line goes to one of them.
 *
 * A handle made with cbcc_opts.private_trace has a stream of its own, which these calls read in the same way and form.
 * Its lines have "....." for flags, which programs do not know, and their time by CLOCK_MONOTONIC; those of network
 * programs, which run for no task, say "<...>-0". Formats may have any conversion of integers, strings (of the
 * kernel, a process or the program: 255 characters of each), pointers and addresses, with width and precision; pointers
 * are printed as they are, symbols (%ps, %pS, %pB) as addresses.
 */
#ifndef CBCC_TRACE_H
#define CBCC_TRACE_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One line of the trace pipe, taken apart. The strings are valid until the next trace call for the handle. */
struct cbcc_trace_line {
	const char *task; /**< comm of the task */
	int pid;          /**< its thread id */
	int cpu;
	const char *flags; /**< four or five letters: irqs off, need resched, hard/soft irq, preempt depth */
	double ts;         /**< seconds since boot */
	const char *msg;   /**< what the program printed */
};

/**
 * Copies lines of the trace pipe to standard output until an error or the end, with format NULL as they are. A
 * format is text in which {0} to {5} stand for task, pid, cpu, flags, ts, msg, and {{ and }} for braces. This is
 * the one call that prints; it is made of cbcc_trace_readline() and cbcc_trace_fields().
 *
 * BCC: b.trace_print(fmt)
 *
 * @return a negative errno; -EINTR after a signal handler ran (with SA_RESTART, too), or cbcc_interrupt(); -EPIPE when
 *         nobody reads standard output any more (and SIGPIPE is ignored)
 */
CBCC_API int cbcc_trace_print(struct cbcc *b, const char *fmt);

/**
 * Reads the next line that a program printed, taken apart. Lines of other forms are skipped.
 *
 * BCC: b.trace_fields(nonblocking)
 *
 * @param fields  filled on success
 * @return 1; 0 if nonblocking and there is no line yet; a negative errno, -EINTR as in cbcc_trace_print()
 */
CBCC_API int cbcc_trace_fields(struct cbcc *b, struct cbcc_trace_line *fields, bool nonblocking);

/**
 * Reads the next line as it is, without the newline and trailing blanks.
 *
 * BCC: b.trace_readline(nonblocking)
 *
 * @param buf   receives the line, always NUL-terminated; a longer line is cut and its rest dropped
 * @param size  of buf, at least 1
 * @return the length of the whole line, as snprintf(): >= size means it was cut; -EAGAIN if nonblocking and there
 *         is no line yet; -EINTR as in cbcc_trace_print(); -EACCES, -ENOENT ... if the trace pipe cannot be opened
 */
CBCC_API int cbcc_trace_readline(struct cbcc *b, char *buf, size_t size, bool nonblocking);

/**
 * A file descriptor for poll() and its like: readable means that a nonblocking trace call may find a line. After
 * it was readable, read until "no line yet": lines are buffered. Owned by the handle; do not read or close it.
 *
 * @return the descriptor, or a negative errno as cbcc_trace_readline()
 */
CBCC_API int cbcc_trace_fd(struct cbcc *b);

/**
 * Whether a function of the text prints at all: so that the trace pipe, which has one reader, is not opened for one that
 * does not. It is not opened here. Of a private stream: whether one prints to that.
 *
 * BCC: none
 *
 * @return 1 or 0; a negative errno, -EINVAL if b is NULL
 */
CBCC_API int cbcc_trace_is_used(const struct cbcc *b);

/**
 * Events that the kernel reported as lost in the trace pipe ("CPU:2 [LOST 51 EVENTS]") since the pipe was opened.
 * Such lines are counted; cbcc_trace_readline() returns them and cbcc_trace_print(b, NULL) prints them like others.
 * Of a private trace stream: the lines that its ring buffer, of 1 MiB, had no room for since the handle was made.
 * 0 if b is NULL.
 *
 * BCC: none
 */
CBCC_API uint64_t cbcc_trace_lost(const struct cbcc *b);

#ifdef __cplusplus
}
#endif

#endif
