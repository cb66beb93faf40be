/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: functions of programs and libraries in user space: attach to them, list them, find their files. A part of
 * cbcc.h.
 *
 * A program or library is named as in BCC: a path ("/bin/bash"); a library by its short name ("c", "pthread") or with a
 * version ("c.so.6"); a program in PATH ("python3"); a file that a zip archive has uncompressed ("/app.apk!/lib/x.so").
 * With a pid it is what that process sees: a library of those it has mapped, a path below its root and in its mounts,
 * as in a container; what it has mapped is meant, even if that has been deleted or replaced.
 *
 * Symbols are looked for in the file and, if it is stripped, in its debug file: by build id in
 * /usr/lib/debug/.build-id, by .gnu_debuglink, or in .gnu_debugdata. $BCC_DEBUGINFO_ROOT stands for /usr/lib/debug,
 * $BCC_SYMFS before all of them. Names are as the file has them (mangled for C++, "main.add" for Go); one that no
 * symbol has may be a C++ function's as people write it: "ns::add", or "ns::add(int, int)" if there are several. An
 * indirect function (as the C library's memcpy) stands for its resolver, which runs once.
 */
#ifndef CBCC_UPROBE_H
#define CBCC_UPROBE_H

#include <sys/types.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Options of cbcc_attach_uprobe_opts() and the calls like it. */
struct cbcc_uprobe_opts {
	size_t sz; /**< sizeof(struct cbcc_uprobe_opts) */
	/**
	 * Instead of a symbol: a POSIX extended regular expression that matches the whole name; of all functions, each
	 * address once. BCC: sym_re=
	 */
	const char *sym_re;
	bool demangled; /**< sym_re is for C++ names as people write them */
	/** Instead of a symbol: an address in the file, as nm and objdump show it. BCC: addr= */
	uint64_t addr;
	/** Bytes after the symbol or the address; uprobes only. BCC: sym_off= */
	uint64_t offset;
	/** Only in this process, all its threads; 0 and -1: in all. BCC: pid= */
	pid_t pid;
	/** Where in the file a 16-bit counter is that the kernel raises while the probe is there; 0: there is none. */
	uint64_t ref_ctr_offset;
};

/**
 * Runs a function of the program at every entry of a function in user space, in all processes. Its parameters behind
 * the context are that function's arguments.
 *
 * BCC: b.attach_uprobe(name=..., sym=..., fn_name=...)
 *
 * @param name     program or library
 * @param sym      function, or another symbol in code
 * @param fn_name  function of the program text
 * @return 0; -ENOENT (no such file, symbol, or function in the text), -ENOEXEC (no ELF file), -ENOTUNIQ (several C++
 *         functions of that name), -EINVAL (not in code, among others), -EEXIST (already attached there), -EPERM,
 *         -EACCES and others (the verifier's refusal)
 */
CBCC_API int cbcc_attach_uprobe(struct cbcc *b, const char *name, const char *sym, const char *fn_name);

/**
 * As cbcc_attach_uprobe(), with options: of sym, opts->sym_re and opts->addr exactly one is given. With sym_re, where
 * the kernel can attach to many functions at once (6.6 and newer), that is done; else single failures are told to the
 * log callback.
 *
 * @return 0, or with sym_re the number of functions attached to, at least 1; -ENOENT if nothing matches
 */
CBCC_API int cbcc_attach_uprobe_opts(struct cbcc *b, const char *name, const char *sym, const char *fn_name,
				     const struct cbcc_uprobe_opts *opts);

/**
 * Runs a function of the program at every return of a function in user space; PT_REGS_RC(ctx) is the value returned.
 *
 * BCC: b.attach_uretprobe(name=..., sym=..., fn_name=...)
 *
 * @return as cbcc_attach_uprobe()
 */
CBCC_API int cbcc_attach_uretprobe(struct cbcc *b, const char *name, const char *sym, const char *fn_name);

/** As cbcc_attach_uretprobe(), with options as cbcc_attach_uprobe_opts(). */
CBCC_API int cbcc_attach_uretprobe_opts(struct cbcc *b, const char *name, const char *sym,
					const char *fn_name, const struct cbcc_uprobe_opts *opts);

/**
 * Undoes attachments, which are named as when they were made: the same name and symbol. The file need not exist any
 * more.
 *
 * BCC: b.detach_uprobe(name=..., sym=...)
 *
 * @param fn_name  NULL: all functions attached there
 * @return 0; -ENOENT if nothing is attached there
 */
CBCC_API int cbcc_detach_uprobe(struct cbcc *b, const char *name, const char *sym, const char *fn_name);

/**
 * As cbcc_detach_uprobe(), for what was attached with options: the same pid, addr, offset, sym_re (all of it at once).
 */
CBCC_API int cbcc_detach_uprobe_opts(struct cbcc *b, const char *name, const char *sym, const char *fn_name,
				     const struct cbcc_uprobe_opts *opts);

/** As cbcc_detach_uprobe(), for return probes. BCC: b.detach_uretprobe(name=..., sym=...) */
CBCC_API int cbcc_detach_uretprobe(struct cbcc *b, const char *name, const char *sym, const char *fn_name);

/** As cbcc_detach_uprobe_opts(), for return probes. */
CBCC_API int cbcc_detach_uretprobe_opts(struct cbcc *b, const char *name, const char *sym,
					const char *fn_name, const struct cbcc_uprobe_opts *opts);

/**
 * The number of places in user space that this handle has attached to, USDT probes' included.
 *
 * BCC: b.num_open_uprobes()
 *
 * @return the number, or -EINVAL if b is NULL
 */
CBCC_API int cbcc_num_open_uprobes(const struct cbcc *b);

/** A function of a program or library. */
struct cbcc_user_function {
	const char *name;
	uint64_t addr; /**< in the file, as for cbcc_uprobe_opts.addr */
};

/** A list of them, by address; of several names of one address all are there. */
struct cbcc_user_functions {
	size_t count;
	const struct cbcc_user_function *functions;
};

/**
 * The functions of a program or library whose names match.
 *
 * BCC: BPF.get_user_functions_and_addresses(name, sym_re), get_user_functions(), get_user_addresses()
 *
 * @param name    as for cbcc_attach_uprobe()
 * @param sym_re  a POSIX extended regular expression that matches the whole name; NULL: all
 * @param opts    pid and demangled count; NULL for defaults
 * @return a list, maybe empty, to be freed by cbcc_user_functions_free(); NULL with errno as for cbcc_attach_uprobe()
 */
CBCC_API struct cbcc_user_functions *cbcc_get_user_functions(const char *name, const char *sym_re,
							     const struct cbcc_uprobe_opts *opts);

/** Frees a list. NULL is accepted. BCC: none; Python frees them */
CBCC_API void cbcc_user_functions_free(struct cbcc_user_functions *functions);

/**
 * The path of a library.
 *
 * BCC: BPF.find_library(name, pid)
 *
 * @param name  "c", or "c.so.6"
 * @param pid   of those that this process has mapped; 0: of those that the dynamic linker knows
 * @param path  receives the path; PATH_MAX bytes are always enough
 * @return 0; -ENOENT, -ENAMETOOLONG (size is too small), -EACCES
 */
CBCC_API int cbcc_find_library(const char *name, pid_t pid, char *path, size_t size);

/**
 * The path of a program: looked for in PATH if there is no slash in its name.
 *
 * BCC: BPF.find_exe(bin_path)
 *
 * @return as cbcc_find_library()
 */
CBCC_API int cbcc_find_exe(const char *name, char *path, size_t size);

/**
 * The language whose interpreter or virtual machine a process is: "java", "node", "perl", "php", "python", "ruby", by
 * the name of what it executes, else by the libraries it has mapped; "c" if only the C library is among those.
 *
 * BCC: detect_language(candidates, pid)
 *
 * @return a static string; NULL with errno: ENOENT (none of them), ESRCH (no such process), EACCES ...
 */
CBCC_API const char *cbcc_detect_language(pid_t pid);

#ifdef __cplusplus
}
#endif

#endif
