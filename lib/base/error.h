/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread's last error, what cbcc_last_error() returns: one line, then details. Every failing exit of the
 * library goes through error_set(), which also hands back the code, so that a check, its reason and the return
 * are one statement:
 *
 *     if (fd < 0)
 *             return error_set(-errno, "cannot open %s", path);
 *
 * error_set() appends the text of the code itself (": No such file or directory").
 */
#ifndef CBCC_ERROR_H
#define CBCC_ERROR_H

#include <stdarg.h>

/** Replaces the thread's error by "message: strerror(-err)". Returns err, a negative errno. */
int error_set(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** As error_set(), for a message that needs no strerror() text behind it. */
int error_say(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** Appends lines of detail below the message. NULL and "" append nothing. */
void error_details(const char *text);

/** Turns a negative errno into NULL with errno. */
void *error_null(int err);

#endif
