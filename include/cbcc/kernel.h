/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: what the running kernel has: functions, tracepoints, types, kinds of programs. A part of cbcc.h. No call here
 * needs a handle; all may be made by any thread at any time.
 */
#ifndef CBCC_KERNEL_H
#define CBCC_KERNEL_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A list of names, sorted, each once. */
struct cbcc_names {
	size_t count;
	const char *const *names;
};

/** Frees a list. NULL is accepted. BCC: none; Python frees them */
CBCC_API void cbcc_names_free(struct cbcc_names *names);

/**
 * The kernel's functions that can be probed and whose whole names match: what cbcc_kprobe_opts.event_re attaches to.
 *
 * BCC: BPF.get_kprobe_functions(event_re)
 *
 * @param event_re  a POSIX extended regular expression
 * @return a list, maybe empty, to be freed with cbcc_names_free(); NULL with errno: EINVAL (the expression), EPERM,
 *         EACCES, ENOMEM ...
 */
CBCC_API struct cbcc_names *cbcc_get_kprobe_functions(const char *event_re);

/**
 * The kernel's tracepoints, "category:event", whose whole names match.
 *
 * BCC: BPF.get_tracepoints(tp_re)
 *
 * @return as cbcc_get_kprobe_functions()
 */
CBCC_API struct cbcc_names *cbcc_get_tracepoints(const char *tp_re);

/**
 * Whether there is a tracepoint.
 *
 * BCC: BPF.tracepoint_exists(category, event)
 *
 * @return 1 or 0; -EINVAL, or the errno of reading tracefs
 */
CBCC_API int cbcc_tracepoint_exists(const char *category, const char *event);

/**
 * Whether a struct or union of the kernel has a field of that name, be it in an anonymous member.
 *
 * BCC: BPF.kernel_struct_has_field(struct_name, field_name)
 *
 * @return 1 or 0; -ENOENT: the kernel has no such struct, or no BTF; -EINVAL, -ENOMEM
 */
CBCC_API int cbcc_kernel_struct_has_field(const char *struct_name, const char *field_name);

/**
 * Whether an enum of the kernel has an enumerator of that name.
 *
 * BCC: BPF.kernel_enum_has_val(enum_name, value_name)
 *
 * @param enum_name  "": any enum
 * @return as cbcc_kernel_struct_has_field()
 */
CBCC_API int cbcc_kernel_enum_has_val(const char *enum_name, const char *value_name);

/**
 * Whether programs of a kind can be loaded and attached, by this process and on this kernel. The first call of each
 * tries it, with a program that does nothing; the answer is kept.
 *
 * BCC: BPF.support_kfunc(), support_fmod_ret(), support_lsm(), support_raw_tracepoint(),
 * support_raw_tracepoint_in_module()
 *
 * @return 1 or 0. cbcc_support_lsm() cannot tell whether BPF is one of the active security modules
 */
CBCC_API int cbcc_support_kprobe(void);
CBCC_API int cbcc_support_kprobe_multi(void); /**< one link for many functions: since Linux 5.18 */
CBCC_API int cbcc_support_kfunc(void);
CBCC_API int cbcc_support_fmod_ret(void);
CBCC_API int cbcc_support_lsm(void);
CBCC_API int cbcc_support_raw_tracepoint(void);
CBCC_API int cbcc_support_raw_tracepoint_in_module(void);

/**
 * The name of a system call by its number on this machine: 0 is "read" on x86-64.
 *
 * BCC: bcc.syscall.syscall_name(number), which needs ausyscall on other machines
 *
 * @return a static string; NULL with ENOENT
 */
CBCC_API const char *cbcc_syscall_name(int number);

/** The number of a system call by its name. -ENOENT: none is known, or the machine has it not. BCC: none */
CBCC_API int cbcc_syscall_number(const char *name);

/**
 * The numbers of the processors that are online.
 *
 * BCC: bcc.utils.get_online_cpus(); for get_possible_cpus() see cbcc_num_possible_cpus()
 *
 * @param cpus  room for count numbers
 * @return how many there are, also if that is more than count; or a negative errno
 */
CBCC_API int cbcc_get_online_cpus(int *cpus, size_t count);

#ifdef __cplusplus
}
#endif

#endif
