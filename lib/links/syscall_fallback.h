/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels without kprobes, as small virtual machines have them: a system call's tracepoint stands in. */
#ifndef CBCC_SYSCALL_FALLBACK_H
#define CBCC_SYSCALL_FALLBACK_H

#include "links/kprobe.h"

/**
 * Attaches link to syscalls:sys_enter_NAME if the site is the entry of system call NAME's function and the program
 * does not read registers; tells the log. Else -EOPNOTSUPP or -ENOENT, error set, saying why not.
 */
int syscall_fallback_link(struct cbcc *b, const struct kprobe_site *site, struct link *link);

#endif
