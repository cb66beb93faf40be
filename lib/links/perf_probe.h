/* SPDX-License-Identifier: Apache-2.0 */
/* Probes that perf makes for whoever opens an event of its units, and that end with the event. */
#ifndef CBCC_PERF_PROBE_H
#define CBCC_PERF_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum perf_probe_unit { PERF_KPROBE, PERF_UPROBE };

struct perf_probe {
	const char *target; /* function or module:function; or the path of a file */
	uint64_t offset;    /* in it */
	uint64_t ref_ctr_offset;
	bool returns;
	pid_t pid; /* 0: all processes */
};

/** Whether this kernel has the unit; asked once in a process. */
bool perf_probe_exists(enum perf_probe_unit unit);

/** A descriptor; -ENODEV: there is no such unit; another errno of the kernel's. The thread's error is not set. */
int perf_probe_open(enum perf_probe_unit unit, const struct perf_probe *probe);

#endif
