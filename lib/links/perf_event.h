/* SPDX-License-Identifier: Apache-2.0 */
/* Events of perf_event_open(2), which run programs. Errors are returned; the thread's error is not set. */
#ifndef CBCC_PERF_EVENT_PRIVATE_H
#define CBCC_PERF_EVENT_PRIVATE_H

#include <bpf/libbpf.h>
#include <linux/perf_event.h>
#include <sys/types.h>

/** Opens an event, to be closed by exec. A descriptor, or a negative errno. */
int perf_event_open(struct perf_event_attr *attr, pid_t pid, int cpu, int group_fd, unsigned long flags);

/** The same of a tracepoint, by the id that tracefs tells: of all processes. */
int perf_event_open_tracepoint(int id);

/** Lets a program run at an open event from now on. 0 or a negative errno. */
int perf_event_run(int fd, int program_fd);

/** Runs a loaded program at every pass of the trace event with that id, in all processes. 0 or a negative errno. */
int perf_event_attach(const struct bpf_program *program, int id, struct bpf_link **link);

#endif
