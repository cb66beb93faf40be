/* SPDX-License-Identifier: Apache-2.0 */
/* What goes wrong is told on stderr: BCC's callers get no more than errno. */
#ifndef CBCC_LIBBCC_COMPLAIN_H
#define CBCC_LIBBCC_COMPLAIN_H

/** Writes a line. */
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** Writes the thread's error, cbcc_last_error(). */
void complain_last_error(void);

/** Sets errno to -err. Returns -1. */
int failed(int err);

/** The same with a line for the error: "bpf: WHAT: strerror". */
int failed_to(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
