/* SPDX-License-Identifier: Apache-2.0 */
/* Attaching to the entries and returns of kernel functions. */
#ifndef CBCC_KPROBE_H
#define CBCC_KPROBE_H

#include "links/link.h"

struct kprobe_site {
	enum link_kind kind; /* LINK_KPROBE or LINK_KRETPROBE */
	const char *event;   /* function or module:function */
	uint64_t offset;
	int maxactive;
};

/** Whether this kernel has any. */
bool kprobes_exist(void);

/** An event of perf's unit there: a descriptor; -ENODEV: no such unit, or it does not take the site; another errno. */
int kprobe_open_by_perf(const struct kprobe_site *site);

/** Attaches a function there and adds the link. 0, or errno, error set. */
int kprobe_attach(struct cbcc *b, const struct kprobe_site *site, const struct compiled_function *function);

/** The same at the kernel's function for a system call, which is named without a prefix. */
int kprobe_attach_syscall(struct cbcc *b, enum link_kind kind, const char *syscall,
			  const struct compiled_function *function);

#endif
