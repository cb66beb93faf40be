/* SPDX-License-Identifier: Apache-2.0 */
/* cbcc: attach functions of the program to events of the kernel, and detach them. A part of cbcc.h. */
#ifndef CBCC_ATTACH_H
#define CBCC_ATTACH_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Something that a function is attached to. The strings are the handle's and live until it is detached. */
struct cbcc_attachment {
	const char *kind;     /**< "kprobe", "tracepoint", "uprobe", "section" and so on, for people */
	const char *event;    /**< where, as the call or the function's name or section said it */
	const char *function; /**< of the text */
	size_t places;        /**< in how many places: more than 1 for a pattern that is attached as one */
};

/** How many things are attached now. -EINVAL if b is NULL. BCC: b.num_open_kprobes() and so on, of all kinds */
CBCC_API int cbcc_num_attachments(const struct cbcc *b);

/** One of them, by its index, in the order in which they were attached. 0; -EINVAL if there is none. BCC: none */
CBCC_API int cbcc_get_attachment(const struct cbcc *b, int index, struct cbcc_attachment *attachment);

/**
 * The prefix of system call functions on the running kernel: "__x64_sys_", "__arm64_sys_", "__s390x_sys_",
 * "__riscv_sys_", "sys_", ...
 *
 * BCC: b.get_syscall_prefix()
 *
 * @return a static string; NULL with EINVAL only if b is NULL
 */
CBCC_API const char *cbcc_get_syscall_prefix(struct cbcc *b);

/**
 * The kernel function of a system call: "execve" gives "__x64_sys_execve" on x86-64. The name is not checked.
 *
 * BCC: b.get_syscall_fnname(name)
 *
 * @return a string owned by the handle; NULL with errno EINVAL or ENOMEM
 */
CBCC_API const char *cbcc_get_syscall_fnname(struct cbcc *b, const char *name);

/**
 * The kernel function of a system call that is named with any architecture's prefix: "sys_execve" and
 * "__arm64_sys_execve" give "__x64_sys_execve" on x86-64. A name without such a prefix stays as it is.
 *
 * BCC: b.fix_syscall_fnname(name)
 *
 * @return as cbcc_get_syscall_fnname()
 */
CBCC_API const char *cbcc_fix_syscall_fnname(struct cbcc *b, const char *name);

/** Options of cbcc_attach_kprobe_opts() and cbcc_attach_kretprobe_opts(). */
struct cbcc_kprobe_opts {
	size_t sz; /**< sizeof(struct cbcc_kprobe_opts) */
	/**
	 * Instead of an event: a POSIX extended regular expression that matches the whole name; of all functions that
	 * can be probed. BCC: event_re=
	 */
	const char *event_re;
	/** Bytes after the function's entry; kprobes only. BCC: event_off= */
	uint64_t offset;
	/** Calls in progress that a kretprobe can track; 0: the kernel's default. BCC: maxactive= */
	int maxactive;
};

/**
 * Runs a function of the program at every entry of a kernel function.
 *
 * On a kernel without kprobes, a system call's function is served by the tracepoint syscalls:sys_enter_NAME
 * instead if the program does not read registers; the log callback is told.
 *
 * BCC: b.attach_kprobe(event=..., fn_name=...)
 *
 * @param event    kernel function, or "module:function"
 * @param fn_name  function of the program text
 * @return 0; -ENOENT (no such kernel function, or none in the program), -EOPNOTSUPP (no kprobes in this kernel),
 *         -EEXIST (already attached there), -EPERM, -EACCES and others (the verifier's refusal)
 */
CBCC_API int cbcc_attach_kprobe(struct cbcc *b, const char *event, const char *fn_name);

/**
 * As cbcc_attach_kprobe(), with options. With opts->event_re, event must be NULL: the function is attached to
 * every match that can be probed; single failures are told to the log callback. Where the kernel can attach to many
 * functions at once (kprobe.multi, since 5.18 if it is configured), that is done: then the program runs next to the
 * function's entry, not by a breakpoint, and detaching a single function attaches the others anew.
 *
 * @return 0, or with event_re the number of functions attached to, at least 1; -ENOENT if nothing matches; else
 *         as cbcc_attach_kprobe()
 */
CBCC_API int cbcc_attach_kprobe_opts(struct cbcc *b, const char *event, const char *fn_name,
				     const struct cbcc_kprobe_opts *opts);

/**
 * Runs a function of the program at every return of a kernel function; PT_REGS_RC(ctx) is the value returned.
 *
 * BCC: b.attach_kretprobe(event=..., fn_name=...)
 *
 * On a kernel without kprobes, the tracepoint syscalls:sys_exit_NAME serves as for cbcc_attach_kprobe(). Of system calls
 * that make a process (clone() and others) it also tells the return in the new one.
 *
 * @return as cbcc_attach_kprobe()
 */
CBCC_API int cbcc_attach_kretprobe(struct cbcc *b, const char *event, const char *fn_name);

/** As cbcc_attach_kretprobe(), with options as cbcc_attach_kprobe_opts(): event_re, maxactive. opts may be NULL. */
CBCC_API int cbcc_attach_kretprobe_opts(struct cbcc *b, const char *event, const char *fn_name,
					const struct cbcc_kprobe_opts *opts);

/**
 * Undoes the attachments to a kernel function, those by a regular expression included.
 *
 * BCC: b.detach_kprobe(event, fn_name)
 *
 * @param event    NULL: everything that fn_name is attached to, at once
 * @param fn_name  NULL: all functions attached there
 * @return 0; -ENOENT if nothing is attached there; -EINVAL if both are NULL
 */
CBCC_API int cbcc_detach_kprobe(struct cbcc *b, const char *event, const char *fn_name);

/** As cbcc_detach_kprobe(), for return probes. BCC: b.detach_kretprobe(event, fn_name) */
CBCC_API int cbcc_detach_kretprobe(struct cbcc *b, const char *event, const char *fn_name);

/**
 * The number of kprobes and kretprobes this handle has attached.
 *
 * BCC: b.num_open_kprobes()
 *
 * @return the number, or -EINVAL if b is NULL
 */
CBCC_API int cbcc_num_open_kprobes(const struct cbcc *b);

/**
 * Runs a function of the program at every pass of a tracepoint.
 *
 * BCC: b.attach_tracepoint(tp=..., fn_name=...)
 *
 * @param tp  "category:event", as below events/ in tracefs
 * @return 0; -EINVAL (no colon), -ENOENT (no such tracepoint, or no such function), -EEXIST, -EPERM, -EACCES ...
 */
CBCC_API int cbcc_attach_tracepoint(struct cbcc *b, const char *tp, const char *fn_name);

/**
 * As cbcc_attach_tracepoint(), at every tracepoint whose whole name, "category:event", matches a POSIX extended regular
 * expression; single failures are told to the log callback.
 *
 * BCC: b.attach_tracepoint(tp_re=..., fn_name=...)
 *
 * @return the number of tracepoints attached to, at least 1; -ENOENT if nothing matches; -EINVAL (the expression); else
 *         as cbcc_attach_tracepoint()
 */
CBCC_API int cbcc_attach_tracepoints(struct cbcc *b, const char *tp_re, const char *fn_name);

/**
 * The number of tracepoints this handle is attached to, each for every function.
 *
 * BCC: b.num_open_tracepoints()
 *
 * @return the number, or -EINVAL if b is NULL
 */
CBCC_API int cbcc_num_open_tracepoints(const struct cbcc *b);

/**
 * Undoes all attachments to a tracepoint. The kernel waits for running probes, which takes up to 0.1 s.
 *
 * BCC: b.detach_tracepoint(tp)
 *
 * @return 0; -ENOENT if nothing is attached there
 */
CBCC_API int cbcc_detach_tracepoint(struct cbcc *b, const char *tp);

#ifdef __cplusplus
}
#endif

#endif
