/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels without kprobes, as small virtual machines have them: a system call's tracepoints stand in. */
#ifndef CBCC_SYSCALL_FALLBACK_H
#define CBCC_SYSCALL_FALLBACK_H

#include "links/kprobe.h"

/**
 * The event of syscalls that stands in for a site: sys_enter_NAME or sys_exit_NAME, if it is the entry or the return of system
 * call NAME's function and the program does not read registers. *event is to be freed. Else -EOPNOTSUPP or -ENOENT,
 * error set, saying why not.
 */
int syscall_fallback_find(const struct kprobe_site *site, const struct compiled_function *function,
			  char **event);

/** Tells the log that the function is attached there instead. */
void syscall_fallback_tell(const struct cbcc *b, const struct kprobe_site *site,
			   const struct compiled_function *function, const char *event);

/** Attaches link there, and tells. 0 or an errno, error set. */
int syscall_fallback_link(struct cbcc *b, const struct kprobe_site *site, struct link *link);

#endif
