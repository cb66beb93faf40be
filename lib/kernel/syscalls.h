/* SPDX-License-Identifier: Apache-2.0 */
/* The names of system call functions in the running kernel. */
#ifndef CBCC_SYSCALLS_H
#define CBCC_SYSCALLS_H

#include <stdbool.h>

struct kallsyms;

/**
 * The prefix of system call functions: "__x64_sys_", "__arm64_sys_", "__s390x_sys_", "__riscv_sys_", "sys_",
 * ... A static string, never NULL. Costs no scan of kallsyms where machine and release answer; "sys_" where
 * neither does. What a scan found is remembered for the process.
 */
const char *syscall_prefix(void);

/** The prefix that a machine and a release, as uname(2) tells them, imply. NULL: they do not decide. */
const char *syscall_prefix_by_release(const char *machine, const char *release);

/** The prefix by the name that bpf(2) has among the kernel's symbols. NULL: none. Reads to the end. */
const char *syscall_prefix_by_symbols(struct kallsyms *symbols);

/** Whether system call functions take one pointer to the caller's registers, not their arguments. */
bool syscall_is_wrapped(void);

/** The same for functions of that prefix on a machine and a release. */
bool syscall_is_wrapped_by_release(const char *prefix, const char *machine, const char *release);

/**
 * The part of a kernel function's name behind any architecture's system call prefix ("__arm64_sys_execve"
 * gives "execve"), or NULL if it has none. Points into name.
 */
const char *syscall_name(const char *function);

#endif
