/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: raw tracepoints, what is attached by the kernel's BTF (functions, security hooks), and iterators. A part of
 * cbcc.h.
 *
 * Where these programs are attached is part of their function's name, which the dialect's macros make; the calls accept
 * the name with that prefix or without:
 *
 *     KFUNC_PROBE(vfs_read, struct file *file, ...) { ... }             cbcc_attach_kfunc(b, "vfs_read")
 *     KRETFUNC_PROBE(vfs_read, struct file *file, ..., int ret) { ... } cbcc_attach_kretfunc(b, "kretfunc__vfs_read")
 *
 * cbcc_new() has attached most of them already; KMOD_RET and BPF_ITER are attached by these calls alone.
 */
#ifndef CBCC_TRACING_H
#define CBCC_TRACING_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Runs a function of the program at every pass of a tracepoint, with the tracepoint's own arguments:
 * struct bpf_raw_tracepoint_args.
 *
 * BCC: b.attach_raw_tracepoint(tp=..., fn_name=...)
 *
 * @param tp  name of the event, without its category
 * @return 0; -ENOENT (no such tracepoint, or no such function), -EEXIST (already attached there), -EPERM, -EACCES ...
 */
CBCC_API int cbcc_attach_raw_tracepoint(struct cbcc *b, const char *tp, const char *fn_name);

/** Undoes all attachments to a raw tracepoint. -ENOENT: there is none. BCC: b.detach_raw_tracepoint(tp) */
CBCC_API int cbcc_detach_raw_tracepoint(struct cbcc *b, const char *tp);

/**
 * Runs a function of the program at every entry of the kernel function that its name says (fentry): kfunc__FUNCTION, or
 * kfunc__MODULE__FUNCTION.
 *
 * BCC: b.attach_kfunc(fn_name)
 *
 * @param fn_name  with or without "kfunc__"
 * @return 0; -EEXIST (attached already, as cbcc_new() does), -ENOENT (no such function in the program, or in the
 *         kernel's BTF), -EOPNOTSUPP (this kernel cannot attach programs to functions), -EPERM, -EACCES ...
 */
CBCC_API int cbcc_attach_kfunc(struct cbcc *b, const char *fn_name);

/** The same at every return (fexit): kretfunc__FUNCTION. BCC: b.attach_kretfunc(fn_name) */
CBCC_API int cbcc_attach_kretfunc(struct cbcc *b, const char *fn_name);

/**
 * The same in place of a kernel function whose result may be changed: kmod_ret__FUNCTION. If the program does not
 * return 0, the function does not run and has that result.
 *
 * BCC: b.attach_fmod_ret(fn_name)
 */
CBCC_API int cbcc_attach_fmod_ret(struct cbcc *b, const char *fn_name);

/**
 * The same at a hook of the security modules: lsm__HOOK. A result other than 0 refuses what is about to be done. Where
 * BPF is none of the kernel's active security modules, the program never runs; the log callback is told.
 *
 * BCC: b.attach_lsm(fn_name)
 */
CBCC_API int cbcc_attach_lsm(struct cbcc *b, const char *fn_name);

/** Undo them. -ENOENT: the function is not attached. BCC: b.detach_kfunc(fn_name) and so on */
CBCC_API int cbcc_detach_kfunc(struct cbcc *b, const char *fn_name);
CBCC_API int cbcc_detach_kretfunc(struct cbcc *b, const char *fn_name);
CBCC_API int cbcc_detach_fmod_ret(struct cbcc *b, const char *fn_name);
CBCC_API int cbcc_detach_lsm(struct cbcc *b, const char *fn_name);

/** What an iterator goes through, where that is not everything. */
struct cbcc_iter_opts {
	size_t sz; /**< sizeof(struct cbcc_iter_opts) */
	/** For BPF_ITER(bpf_map_elem) and storages: the name of a map of the text. NULL: none. */
	const char *map;
	/** For BPF_ITER(task), task_file and task_vma: one process (since Linux 6.1). 0: all. */
	int pid;
};

/**
 * Attaches an iterator, and opens it: the program runs for every object of the kernel's that its name says, as far as
 * the stream is read, and what it writes by bpf_seq_printf() and bpf_seq_write() is what is read.
 *
 *     BPF_ITER(task) { ... }                   FILE *in = fdopen(cbcc_attach_iter(b, "task", NULL), "r");
 *
 * BCC: no call in Python; bcc_iter_attach() and bcc_iter_create() in libbcc
 *
 * @param fn_name  with or without "bpf_iter__"; or a function in SEC("iter/TARGET")
 * @param opts     NULL: everything
 * @return a descriptor to read to its end, and to close, whoever is freed first; -EEXIST (attached already), -ENOENT
 *         (no such function or map in the program, or target in the kernel), -EINVAL (the target is not limited that
 *         way), -E2BIG (this kernel cannot limit it that way), -EPERM, -EACCES ...
 */
CBCC_API int cbcc_attach_iter(struct cbcc *b, const char *fn_name, const struct cbcc_iter_opts *opts);

/**
 * Opens an attached iterator once more, from its beginning.
 *
 * BCC: none in Python; bcc_iter_create() in libbcc
 *
 * @return a descriptor as of cbcc_attach_iter(); -ENOENT: it is not attached
 */
CBCC_API int cbcc_open_iter(struct cbcc *b, const char *fn_name);

/**
 * Undoes cbcc_attach_iter(); streams that are open can be read to their ends. -ENOENT: it is not attached. BCC: none
 */
CBCC_API int cbcc_detach_iter(struct cbcc *b, const char *fn_name);

#ifdef __cplusplus
}
#endif

#endif
