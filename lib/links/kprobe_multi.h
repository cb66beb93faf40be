/* SPDX-License-Identifier: Apache-2.0 */
/* Probes on many functions at once: kprobe.multi, one link of the kernel's for all of them (since 5.18). */
#ifndef CBCC_KPROBE_MULTI_H
#define CBCC_KPROBE_MULTI_H

#include "kernel/functions.h"
#include "links/link.h"

struct kprobe_multi;

/**
 * Attaches a function to the entries or returns of all functions of the list, and adds a link for each. 0; -EOPNOTSUPP,
 * error not set, if this kernel cannot do that, or not for this list; -errno, error set.
 */
int kprobe_multi_attach(struct cbcc *b, enum link_kind kind, const struct function_list *list,
			const struct compiled_function *function);

/**
 * Detaches one function of those attached together: the others are attached again, without an event in between that none
 * sees, though some may be seen twice. The link stays in the list, and is to be removed. 0, or -errno, error set.
 */
int kprobe_multi_leave(struct cbcc *b, struct link *link);

/** The descriptor of the link of the kernel's. */
int kprobe_multi_fd(const struct kprobe_multi *multi);

/** The link of the kernel's ends with the last of its functions. */
void kprobe_multi_release(struct kprobe_multi *multi);

#endif
