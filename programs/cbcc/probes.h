/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of probes: how each is written and attached. */
#ifndef CBCC_PROBES_H
#define CBCC_PROBES_H

#include "session.h"

/** Where a function is to be attached. */
struct probe {
	const struct probe_kind *kind;
	char *where;    /* behind the kind's name */
	char *function; /* NULL: the text's only one */
};

struct probe_kind {
	const char *name, *alias; /* alias: bpftrace's short form */
	const char *form;         /* of where, for people */
	/** Attaches. The number of places, or -errno, error set; PROBE_COMPLAINED. */
	int (*attach)(struct session *session, const char *where, const char *function);
	bool names_function; /* where says it: attach may be given an empty one */
};

/** A counter that has a name. */
struct counter {
	const char *name;
	uint64_t config;
	uint64_t period; /* where none is given; bpftrace's */
};

extern const struct counter software_counters[], hardware_counters[]; /* end with a name of NULL */

/** What attach returns after complain(). */
#define PROBE_COMPLAINED (-100000)

extern const struct probe_kind probe_kinds[]; /* ends with a name of NULL */

/** Takes "KIND:WHERE=FUNCTION" apart. */
enum status probe_parse(struct probe *probe, const char *text);

void probe_free(struct probe *probe);

/* Of kernel functions and tracepoints. */
int attach_kprobe(struct session *session, const char *where, const char *function);
int attach_kretprobe(struct session *session, const char *where, const char *function);
int attach_syscall(struct session *session, const char *where, const char *function);
int attach_tracepoint(struct session *session, const char *where, const char *function);
int attach_raw_tracepoint(struct session *session, const char *where, const char *function);

/* Of the kernel's functions by BTF, and of security hooks. */
int attach_kfunc(struct session *session, const char *where, const char *function);
int attach_kretfunc(struct session *session, const char *where, const char *function);
int attach_fmod_ret(struct session *session, const char *where, const char *function);
int attach_lsm(struct session *session, const char *where, const char *function);

/* Of user space. */
int attach_uprobe(struct session *session, const char *where, const char *function);
int attach_uretprobe(struct session *session, const char *where, const char *function);

/* Of counters. */
int attach_profile(struct session *session, const char *where, const char *function);
int attach_interval(struct session *session, const char *where, const char *function);
int attach_software(struct session *session, const char *where, const char *function);
int attach_hardware(struct session *session, const char *where, const char *function);
int attach_perf(struct session *session, const char *where, const char *function);

/* Of iterators: iter:TARGET[:MAP]. */
int attach_iterator(struct session *session, const char *where, const char *function);

/* Of networks and cgroups. */
int attach_xdp(struct session *session, const char *where, const char *function);
int attach_tc(struct session *session, const char *where, const char *function);
int attach_cgroup(struct session *session, const char *where, const char *function);

#endif
