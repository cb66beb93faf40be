/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: programs that run at every so many events of a perf counter: profilers. A part of cbcc.h.
 *
 * Types and configurations are those of <linux/perf_event.h>:
 *
 *     BCC                                        here
 *     PerfType.SOFTWARE, PerfSWConfig.CPU_CLOCK  PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK
 *     PerfType.HARDWARE, PerfHWConfig.CPU_CYCLES PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES
 */
#ifndef CBCC_PERF_EVENT_H
#define CBCC_PERF_EVENT_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

struct perf_event_attr;

/** How often, and of whom. */
struct cbcc_perf_event_opts {
	size_t sz;              /**< sizeof(struct cbcc_perf_event_opts) */
	uint64_t sample_period; /**< run the program once for so many events ... */
	uint64_t sample_freq;   /**< ... or about so often in a second; one of the two has to be given */
	/**
	 * Of one process, with the threads it has and the threads and children that these will have, on whichever processor they
	 * run; of a thread, by its number, with the same. 0: of all. BCC: -1; its pid= means the first thread alone
	 */
	int pid;
	/** On these processors; NULL: on all that are online now. BCC: cpu=, one or -1 */
	const int *cpus;
	size_t ncpus; /**< elements of cpus */
	/** The leader of a group of events, whose processor has to be the only one in cpus. 0: none. BCC: -1 */
	int group_fd;
};

/**
 * Runs a function of the program, whose context is struct bpf_perf_event_data, when a counter has counted so many
 * events.
 *
 * BCC: b.attach_perf_event(ev_type, ev_config, fn_name, sample_period, sample_freq, pid, cpu, group_fd)
 *
 * @param type     PERF_TYPE_SOFTWARE, PERF_TYPE_HARDWARE, PERF_TYPE_HW_CACHE, PERF_TYPE_RAW, or a unit's number in
 *                 /sys/bus/event_source/devices/UNIT/type; not tracepoints and breakpoints, which have calls of their
 *                 own or need the raw form
 * @param config   PERF_COUNT_SW_CPU_CLOCK and so on
 * @param fn_name  function of the program text
 * @param opts     not NULL: it has the period or the frequency
 * @return 0; -EINVAL (not exactly one of period and frequency; that type), -ENOENT (no such function, or counter),
 *         -EOPNOTSUPP (the machine has no such counter), -ESRCH (no such process), -ENODEV (that processor is not
 *         online), -EACCES and others
 */
CBCC_API int cbcc_attach_perf_event(struct cbcc *b, uint32_t type, uint64_t config, const char *fn_name,
				    const struct cbcc_perf_event_opts *opts);

/**
 * As cbcc_attach_perf_event(), with all of the kernel's own description of a counter. Its size is set if it is 0; of
 * opts only pid, cpus and group_fd may be given.
 *
 * BCC: b.attach_perf_event_raw(attr, fn_name, pid, cpu, group_fd)
 */
CBCC_API int cbcc_attach_perf_event_raw(struct cbcc *b, const struct perf_event_attr *attr,
					const char *fn_name, const struct cbcc_perf_event_opts *opts);

/**
 * Undoes all attachments to counters of that type and configuration, those of the raw form included.
 *
 * BCC: b.detach_perf_event(ev_type, ev_config)
 *
 * @param type    as it was given, or stood in the struct perf_event_attr; so for config
 * @return 0; -ENOENT if nothing is attached to such a counter
 */
CBCC_API int cbcc_detach_perf_event(struct cbcc *b, uint32_t type, uint64_t config);

#ifdef __cplusplus
}
#endif

#endif
