/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_HELLO_H
#define BENCH_HELLO_H

/* What a hello program does with its library: 0, or -1 after saying on stderr what went wrong. */

/** Compiles and loads a text, and attaches its function hello to syscalls:sys_enter_execve. */
int hello_attach(const char *text);

/** Undoes hello_attach(). */
void hello_detach(void);

/** Compiles a text, no more, and tells how long that took; freeing the result is not timed. */
int hello_compile(const char *text, double *ms);

/** CLOCK_MONOTONIC in milliseconds. */
double hello_now(void);

#endif
