/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kprobes made in tracefs' kprobe_events: for kernels whose perf cannot make them, and for a kretprobe's maxactive,
 * which perf cannot pass. Unlike perf's they outlive a process that does not remove them.
 */
#ifndef CBCC_KPROBE_EVENTS_H
#define CBCC_KPROBE_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

/** Makes one of the name "group/name". 0, or errno of the kernel (error not set). */
int kprobe_event_define(const char *event, const char *function, uint64_t offset, bool on_return,
			int maxactive);

/** The same under a name of this library's that is not used yet: *event, to be freed. */
int kprobe_event_create(const char *function, uint64_t offset, bool on_return, int maxactive, char **event);

/** Likewise. */
int kprobe_event_remove(const char *event);

/** The id that perf knows it by, or a negative errno. */
int kprobe_event_id(const char *event);

#endif
