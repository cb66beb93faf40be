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
 *
 * What an error is about (cbcc_last_error_kind()) is said by the calls on its way up, the innermost first: error_about().
 * -EINVAL with a message that begins with the name of a call or of an option struct is about the arguments.
 */
#ifndef CBCC_ERROR_H
#define CBCC_ERROR_H

#include <stdarg.h>

#include "cbcc.h"

/** Replaces the thread's error by "message: strerror(-err)". Returns err, a negative errno. */
int error_set(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** As error_set(), for a message that needs no strerror() text behind it. */
int error_say(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * Refuses NULL in place of what another call was to make: -EINVAL. An error that is set stays, as it says why there is
 * none, so that errors may be checked once, at the end.
 */
int error_missing(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** Appends lines of detail below the message, without newlines at their end. NULL and "" append nothing. */
void error_details(const char *text);

/** Says of a failure (a negative result) what it is about, if that is not known yet. Returns result. */
int error_about(enum cbcc_error_kind kind, int result);

/** Turns a negative errno into NULL with errno. */
void *error_null(int err);

#endif
