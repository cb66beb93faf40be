/* SPDX-License-Identifier: Apache-2.0 */
/* Attaching to what tracefs numbers: tracepoints, and kprobes made there. */
#ifndef CBCC_PERF_EVENT_PRIVATE_H
#define CBCC_PERF_EVENT_PRIVATE_H

#include <bpf/libbpf.h>

/** Runs a loaded program at every pass of the trace event with that id, in all processes. 0, or errno (not set). */
int perf_event_attach(const struct bpf_program *program, int id, struct bpf_link **link);

#endif
