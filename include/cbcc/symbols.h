/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: names of addresses, in the kernel and in processes, and stacks as lines. A part of cbcc.h.
 *
 * What is read for that is kept by the handle, and read when it is first needed: the kernel's symbols once, a process's
 * mappings again when an address lies outside of those known or when the process executes another program, a file's
 * symbols once for all processes that have it mapped. A process that has ended keeps its names as far as they were
 * read.
 */
#ifndef CBCC_SYMBOLS_H
#define CBCC_SYMBOLS_H

#include "base.h"
#include "table.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How a symbol is written. */
enum cbcc_symbol_flags {
	CBCC_SYM_MODULE = 1,  /**< with " [MODULE]": the file's name without its folder. BCC: show_module=True */
	CBCC_SYM_OFFSET = 2,  /**< with "+0xOFFSET". BCC: show_offset=True */
	CBCC_SYM_MANGLED = 4, /**< names of C++ and Rust as the file has them. BCC: demangle=False */
};

/** What an address belongs to. The strings are the handle's, valid until its next call that looks for a symbol. */
struct cbcc_symbol {
	const char *name;   /**< NULL: not known */
	const char *module; /**< path of the file, "kernel", or the kernel's module; NULL: not known */
	uint64_t offset;    /**< from the symbol; without a name from the module; without a module the address */
};

/**
 * Writes the name of a kernel address: "NAME", "NAME+0xOFFSET", with " [kernel]" or " [MODULE]"; "[unknown]" before the
 * first symbol. The name is that of the next symbol at or before the address, however far; of several at one address
 * the first of /proc/kallsyms, as the kernel's own messages have it. BPF programs are in the module "bpf", under names
 * with their tag: "bpf_prog_6deef7357e7b4530_f".
 *
 * BCC: b.ksym(addr, show_module, show_offset)
 *
 * @param flags  of enum cbcc_symbol_flags
 * @param buf    receives a string; may be NULL if size is 0
 * @return the length of the text, also if that is not less than size; -EPERM: the kernel hides its addresses from this
 *         process (kernel.kptr_restrict, or no CAP_SYSLOG); the errno of reading /proc/kallsyms
 */
CBCC_API int cbcc_ksym(struct cbcc *b, uint64_t addr, unsigned int flags, char *buf, size_t size);

/**
 * The address of a kernel symbol that is no data, of a module's or of a BPF program too; of several of that name, the
 * first.
 *
 * BCC: b.ksymname(name), where -1 is none
 *
 * @return 0; -ENOENT; -EPERM and others as cbcc_ksym()
 */
CBCC_API int cbcc_ksymname(struct cbcc *b, const char *name, uint64_t *addr);

/**
 * Writes the name of an address in a process: as cbcc_ksym(), with " [FILE]" for CBCC_SYM_MODULE; "[unknown]", or
 * "[unknown] [FILE]" if only the file is known.
 *
 * Names are those of functions: of the file's symbols, or if it is stripped of its debug file (found by build id below
 * $BCC_DEBUGINFO_ROOT, else /usr/lib/debug, by .gnu_debuglink, or in .gnu_debugdata; all below $BCC_SYMFS, if set); of
 * the vDSO; of /tmp/perf-PID.map for JIT compilers, in the process's own file system and under its own number, then in
 * ours. Files are opened as the process has them mapped, whatever has become of their paths. An address has the name of
 * the function that it is in, by the function's size; of several at one address the one with fewest underscores before
 * it.
 *
 * BCC: b.sym(addr, pid, show_module, show_offset, demangle)
 *
 * @param pid  of the process, which may have ended if it was asked for before; less than 0: the kernel, as cbcc_ksym()
 * @return as cbcc_ksym(); -EACCES and others of opening /proc/PID. No process is no error: "[unknown]"
 */
CBCC_API int cbcc_sym(struct cbcc *b, uint64_t addr, int pid, unsigned int flags, char *buf, size_t size);

/**
 * Writes the name of an entry of cbcc_table_stack_build_ids(). The file with that build id has to be known: by
 * cbcc_add_module(), as one that an earlier call found mapped, or as one that process pid has mapped. Entries that are
 * addresses are looked for in the process.
 *
 * BCC: b.sym(entry, pid, ...)
 *
 * @param pid  less than 0: no process is looked at
 * @return as cbcc_sym(); "[unknown]" if no file with that build id is known
 */
CBCC_API int cbcc_sym_build_id(struct cbcc *b, const struct cbcc_build_id *entry, int pid, unsigned int flags, char *buf,
			       size_t size);

/**
 * Makes a file known by its build id.
 *
 * BCC: BPF.add_module(path)
 *
 * @return 0; -ENODATA (it has no build id); the errno of opening it
 */
CBCC_API int cbcc_add_module(struct cbcc *b, const char *path);

/**
 * As cbcc_sym(), in parts instead of text.
 *
 * BCC: BPF.SymbolCache(pid).resolve(addr, demangle)
 *
 * @param flags   CBCC_SYM_MANGLED or 0
 * @param symbol  receives them; name is NULL if it is not known, which is no error
 * @return 0; negative errors as cbcc_sym()
 */
CBCC_API int cbcc_resolve(struct cbcc *b, uint64_t addr, int pid, unsigned int flags, struct cbcc_symbol *symbol);

/**
 * The address of a function in a process.
 *
 * BCC: BPF.SymbolCache(pid).resolve_name(module, name)
 *
 * @param pid     less than 0: the kernel, as cbcc_ksymname()
 * @param module  path of the file as the process sees it, or the last part of that; NULL: any, the first one that has
 *                it
 * @param name    as the file has it (mangled)
 * @return 0; -ENOENT; -ESRCH (no such process) and others
 */
CBCC_API int cbcc_resolve_name(struct cbcc *b, int pid, const char *module, const char *name, uint64_t *addr);

/**
 * Forgets what is known of a process, or with pid less than 0 of the kernel, so that it is read again: for modules and
 * BPF programs loaded since, or code that was replaced at addresses known already.
 *
 * BCC: bcc_symcache_refresh() in libbcc
 *
 * @return 0, also if nothing was known; -EINVAL if b is NULL
 */
CBCC_API int cbcc_refresh_symbols(struct cbcc *b, int pid);

/* ---- stacks ---- */

/** How a stack is folded, beside enum cbcc_symbol_flags. */
enum cbcc_fold_flags {
	CBCC_FOLD_KERNEL_MARK = 256, /**< "_[k]" behind the kernel's functions. BCC's profile: --annotations */
	CBCC_FOLD_DELIMITER = 512,   /**< a frame "-" between user space and the kernel. BCC's profile: --delimited */
	CBCC_FOLD_USER_ONLY = 1024,
	CBCC_FOLD_KERNEL_ONLY = 2048,
};

/** A stack to be folded: what a program stored of an event. */
struct cbcc_fold_opts {
	size_t sz;            /**< sizeof(struct cbcc_fold_opts) */
	const char *comm;     /**< the first frame; NULL: "" */
	int pid;              /**< of the process (bpf_get_current_pid_tgid() >> 32) */
	int user_stack_id;    /**< as table.get_stackid(ctx, BPF_F_USER_STACK) gave it, an error too; -EFAULT: none */
	int kernel_stack_id;  /**< as table.get_stackid(ctx, 0) gave it, likewise */
	unsigned int flags;   /**< of enum cbcc_fold_flags and enum cbcc_symbol_flags */
};

/**
 * Writes a stack as a line for flame graphs: "comm;main;read;-;entry_SYSCALL_64_after_hwframe_[k];vfs_read_[k]",
 * outermost first, without a newline. ";" in names becomes ":". A stack that was lost, as there was no room for it
 * (-ENOMEM), another was in its place (-EEXIST), or it has been deleted, is "[Missed User Stack]" or "[Missed Kernel
 * Stack]" and is counted; -EFAULT, the kernel's answer where there is none, is nothing.
 *
 * BCC: what tools/profile.py -f prints of stack_traces.walk(), b.sym() and b.ksym()
 *
 * @param t     the table of both stacks, with build ids or without
 * @param opts  not NULL
 * @param buf   receives a string; may be NULL if size is 0
 * @return the length of the line, also if that is not less than size; -EINVAL; -EOPNOTSUPP (no table of stacks); and as
 *         cbcc_ksym(), cbcc_sym()
 */
CBCC_API int cbcc_stack_fold(struct cbcc_table *t, const struct cbcc_fold_opts *opts, char *buf, size_t size);

/** How many stacks cbcc_stack_fold() missed in a table. 0 for NULL. BCC: tools print it at their end */
CBCC_API uint64_t cbcc_missed_stacks(const struct cbcc_table *t);

#ifdef __cplusplus
}
#endif

#endif
