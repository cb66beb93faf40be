/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: the functions of a text as programs in the kernel: loading them without attaching, their instructions, what the
 * kernel tells of them, and pinning. A part of cbcc.h.
 */
#ifndef CBCC_PROGRAM_H
#define CBCC_PROGRAM_H

#include <stdio.h>
#include <sys/types.h>

#include "base.h"
#include "table.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The number of functions of the text that can be attached.
 *
 * BCC: b.funcs after b.load_funcs(); bpf_num_functions() in libbcc
 *
 * @return the number, or -EINVAL if b is NULL
 */
CBCC_API int cbcc_num_functions(const struct cbcc *b);

/**
 * The name of a function by its index, in alphabetical order.
 *
 * BCC: fn.name of b.load_funcs(); bpf_function_name() in libbcc
 *
 * @param index  from 0 to cbcc_num_functions() - 1
 * @return a string owned by the handle; NULL with EINVAL if there is none
 */
CBCC_API const char *cbcc_function_name(const struct cbcc *b, int index);

/**
 * The section of a function by its index, where that says what runs it: "kprobe/do_unlinkat", with the "?" before it if
 * there is one. NULL with ENOENT if none does (its name may say it, then), with EINVAL if there is no such function.
 *
 * BCC: none
 */
CBCC_API const char *cbcc_function_section(const struct cbcc *b, int index);

/** What the verifier has to know of some types of programs. */
struct cbcc_load_opts {
	size_t sz;       /**< sizeof(struct cbcc_load_opts) */
	int attach_type; /**< of enum bpf_attach_type; 0: the type of the program says it. BCC: attach_type= */
	const char *target; /**< kernel function, or hook, of tracing and LSM programs; NULL: none */
};

/**
 * Loads a function as a program of that type: for what is attached by other means than this library's. Calls that
 * attach load by themselves.
 *
 * BCC: b.load_func(fn_name, prog_type, device, attach_type).fd; without its device=
 *
 * @param prog_type  BPF_PROG_TYPE_... of <linux/bpf.h>; BCC: BPF.KPROBE and so on
 * @param opts       NULL for defaults
 * @return the program's descriptor, owned by the handle; the same again if it is loaded already, with these options;
 *         -ENOENT (no such function, or target), -EINVAL, -EPERM, -EACCES and others (the verifier's refusal)
 */
CBCC_API int cbcc_load_func(struct cbcc *b, const char *fn_name, int prog_type,
			    const struct cbcc_load_opts *opts);

/**
 * Unloads a function, as every type that it was loaded as. The kernel keeps what is attached, or in a program array.
 *
 * BCC: b.unload_func(fn_name) (C++)
 *
 * @return 0; -ENOENT (no such function, or it is not loaded); -EBUSY: this handle has attached it
 */
CBCC_API int cbcc_unload_func(struct cbcc *b, const char *fn_name);

/**
 * The instructions of a function, struct bpf_insn of <linux/bpf.h>: if it is loaded, those that the kernel was given,
 * with the descriptors of maps in them; else the compiler's.
 *
 * BCC: b.dump_func(fn_name)
 *
 * @param buf   receives them, as far as size bytes go; may be NULL if size is 0
 * @return their size in bytes, also if that is more than size; -ENOENT, -ENOMEM
 */
CBCC_API ssize_t cbcc_dump_func(struct cbcc *b, const char *fn_name, void *buf, size_t size);

/**
 * Writes the instructions of cbcc_dump_func() for people, one a line.
 *
 * BCC: b.disassemble_func(fn_name), disassemble_prog(fn_name, bytes)
 *
 * @param out  is written to, and not flushed
 * @return 0; -ENOENT, -ENOMEM, -EIO
 */
CBCC_API int cbcc_disassemble_func(struct cbcc *b, const char *fn_name, FILE *out);

/**
 * Writes the layout of a table's keys and leaves, with the place of each member in bytes if sizes is true.
 *
 * BCC: b.decode_table(name, sizeinfo)
 *
 * @param out  is written to, and not flushed
 * @return 0; -EINVAL, -EIO
 */
CBCC_API int cbcc_decode_table(const struct cbcc_table *table, FILE *out, bool sizes);

/** What the kernel tells of a loaded program. */
struct cbcc_program_info {
	uint32_t id;                /**< by which other processes find it */
	uint32_t type;              /**< BPF_PROG_TYPE_... */
	char name[16];              /**< in the kernel */
	unsigned char tag[8];       /**< a hash of its instructions */
	uint32_t instructions;      /**< after the verifier has rewritten them */
	uint32_t machine_code_size; /**< in bytes; 0: it is interpreted */
	uint32_t
		verified; /**< instructions that the verifier went through; 0: the kernel is older than 5.16 */
	uint32_t maps;    /**< that it uses */
	uint64_t load_time;      /**< by CLOCK_BOOTTIME, in nanoseconds */
	uint64_t runs, run_time; /**< times, and nanoseconds, while cbcc_count_run_time() was on */
	uint64_t
		recursion_misses; /**< runs that were left out, as the program was running already; since 5.12 */
};

/**
 * What the kernel tells of a function, as it was last loaded.
 *
 * BCC: none
 *
 * @param info  is filled; what the kernel is too old to tell is 0
 * @return 0; -ENOENT (no such function, or it is not loaded), -EINVAL
 */
CBCC_API int cbcc_get_program_info(struct cbcc *b, const char *fn_name, struct cbcc_program_info *info);

/**
 * Lets the kernel count the runs of all programs of the machine, and their time, which makes each run a little slower;
 * until this handle is freed, or on is false.
 *
 * BCC: none
 *
 * @return 0; -EPERM, -EINVAL (before 5.8)
 */
CBCC_API int cbcc_count_run_time(struct cbcc *b, bool on);

/**
 * Gives a loaded program, or a table, a name in a BPF file system (/sys/fs/bpf), under which it lives on without this
 * process. cbcc_unpin() removes the name.
 *
 * BCC: none for programs; for tables BPF_TABLE_PINNED in the text
 *
 * @param path  the new name, in a directory that exists, of a BPF file system
 * @return 0; -ENOENT (no such function, or it is not loaded; no such directory), -EEXIST, -EPERM (no BPF file system)
 *         ...
 */
CBCC_API int cbcc_pin_func(struct cbcc *b, const char *fn_name, const char *path);
CBCC_API int cbcc_pin_table(struct cbcc_table *table, const char *path);

/**
 * The same for a function's attachment, which then goes on without this process: for those that are links of the
 * kernel's, as cbcc_attach_xdp(), _tc(), _func(), _kfunc(), _lsm(), _iter() and _raw_tracepoint() make them.
 *
 * @return as cbcc_pin_func(); -ENOENT: the function is not attached; -EOPNOTSUPP: not by a link
 */
CBCC_API int cbcc_pin_link(struct cbcc *b, const char *fn_name, const char *path);

/** Removes a name, path, from a BPF file system. Returns 0 or the negative errno of unlink(2). BCC: none */
CBCC_API int cbcc_unpin(const char *path);

/**
 * A piece of C for the beginning of a text, by which it can leave out what is not of certain containers, those whose
 * cgroup and mount namespace are in the maps:
 *
 *     if (container_should_be_filtered()) return 0;
 *
 * BCC: filter_by_containers(args)
 *
 * @param cgroup_map  path of a pinned hash whose keys are ids of cgroups (u64); NULL: any
 * @param mntns_map   path of a pinned hash whose keys are numbers of mount namespaces (u64); NULL: any
 * @param buf         receives the text, ended by a NUL, as far as size bytes go
 * @return its length, also if that is more than size; -EINVAL
 */
CBCC_API int cbcc_filter_by_containers(const char *cgroup_map, const char *mntns_map, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif
