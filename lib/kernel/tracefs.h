/* SPDX-License-Identifier: Apache-2.0 */
/* Where tracefs is: /sys/kernel/tracing, or below debugfs on older set-ups; mounted if absent and allowed. */
#ifndef CBCC_TRACEFS_H
#define CBCC_TRACEFS_H

/**
 * The directory of tracefs. The first of /sys/kernel/tracing and /sys/kernel/debug/tracing that is a tracefs
 * (statfs magic; a directory alone is not enough) wins; if there is none, one is mounted at
 * /sys/kernel/tracing.
 *
 * *dir is a static string. Returns 0, or a negative errno with the thread's error set, in words that tell
 * what to do (mount it, be root).
 */
int tracefs_dir(const char **dir);

/**
 * Opens tracefs/PATH with open(2) flags; O_CLOEXEC is added. A descriptor, or a negative errno with the error
 * set: -EACCES (not root), -EPERM (lockdown), -EBUSY (trace_pipe has a reader; since Linux 6.6), -ENOENT and
 * others.
 */
int tracefs_open(const char *path, int flags);

/** The same where it is no failure if there is none: the thread's error stays, and tracefs is not mounted for it. */
int tracefs_try_open(const char *path, int flags);

/**
 * The id of tracepoint CATEGORY:EVENT, >= 0. -ENOENT: there is none, and the error says which of category and
 * event is unknown; -EINVAL: no name of a tracepoint; else as tracefs_open().
 */
int tracefs_event_id(const char *category, const char *event);

#endif
