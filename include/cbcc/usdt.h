/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: USDT probes, the places that programs and libraries have for tracing, with a name and arguments. A part of
 * cbcc.h.
 *
 *     struct cbcc_usdt *u = cbcc_usdt_new(pid, NULL);             // u = USDT(pid=pid)
 *     cbcc_usdt_enable_probe(u, "http__server__request", "f");    // u.enable_probe("http__server__request", "f")
 *     struct cbcc_opts o = { .sz = sizeof o, .usdt_contexts = &u, .nusdt_contexts = 1 };
 *     struct cbcc *b = cbcc_new(text, &o);                        // b = BPF(text=text, usdt_contexts=[u])
 *     cbcc_usdt_free(u);
 *
 * In f, bpf_usdt_readarg(1, ctx, &x) reads the first argument. A probe's semaphore is raised by the kernel for as long
 * as the probe is attached, however that ends.
 *
 * A context is used by one thread at a time. Calls refuse NULL with -EINVAL, and leave the reason why cbcc_usdt_new()
 * failed in place.
 */
#ifndef CBCC_USDT_H
#define CBCC_USDT_H

#include <sys/types.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Probes of a process or a file, and which of them are enabled. Opaque. */
struct cbcc_usdt;

/** Which members of a struct cbcc_usdt_argument say something. */
enum cbcc_usdt_valid {
	CBCC_USDT_CONSTANT = 1,
	CBCC_USDT_DEREF_OFFSET = 2, /**< the value is in memory, at the sum of what follows */
	CBCC_USDT_DEREF_IDENT = 4,
	CBCC_USDT_BASE_REGISTER = 8, /**< without CBCC_USDT_DEREF_OFFSET: the value is in the register */
	CBCC_USDT_INDEX_REGISTER = 16,
	CBCC_USDT_SCALE = 32,
};

/** Where an argument is. BCC: USDTProbeArgument */
struct cbcc_usdt_argument {
	int size;           /**< in bytes: 1, 2, 4, 8; negative: a signed number */
	bool is_float;      /**< in a register of these: reads as 0 */
	unsigned int valid; /**< bits of enum cbcc_usdt_valid; 0: of a form that is not known */
	int64_t constant;
	int64_t deref_offset;
	const char *deref_ident; /**< a symbol of the file */
	const char *base_register_name,
		*index_register_name; /**< as members of struct pt_regs: "ax", "regs[1]" */
	int scale;                    /**< of the index */
	int shift;                    /**< the value begins at that bit of the register: 8 for %ah */
};

/** One place of a probe. BCC: USDTProbeLocation */
struct cbcc_usdt_location {
	uint64_t address; /**< in the file */
	size_t num_arguments;
	const struct cbcc_usdt_argument *arguments;
	const char *argument_text; /**< as the file has it: "-4@%eax 8@$5" */
};

/** A probe of one file. BCC: USDTProbe */
struct cbcc_usdt_probe {
	const char *provider, *name;
	const char *bin_path;      /**< as the process sees it */
	uint64_t semaphore;        /**< its address in the file; 0: it has none */
	uint64_t semaphore_offset; /**< where that is in the file */
	size_t num_locations;
	size_t num_arguments; /**< of its first place */
	const struct cbcc_usdt_location *locations;
};

/**
 * The probes of a process or a file.
 *
 * BCC: USDT(pid=..., path=...)
 *
 * @param pid   a process: what it executes and all it has mapped; 0: none
 * @param path  a program or library, named as for cbcc_attach_uprobe() (as the process sees it, if one is given); NULL:
 *              all of the process's
 * @return a context to be freed with cbcc_usdt_free(); one without any probe is none: NULL with ENOENT; else EINVAL,
 *         EACCES, ENOMEM, ENOEXEC
 */
CBCC_API struct cbcc_usdt *cbcc_usdt_new(pid_t pid, const char *path);

/** Frees a context; what it has attached stays with the handle. NULL is accepted. BCC: del u */
CBCC_API void cbcc_usdt_free(struct cbcc_usdt *u);

/**
 * Says which function of a program text is to run at a probe: at all its places, in all files of the context that have
 * it. One function may be enabled for several probes.
 *
 * BCC: u.enable_probe(probe=..., fn_name=...)
 *
 * @param probe    "provider:name", or "name" if only one provider has it
 * @param fn_name  the function; its name is that by which its arguments are read
 * @return 0; -ENOENT (no such probe), -ENOTUNIQ (several providers have it), -EEXIST (it is enabled already), -EINVAL
 */
CBCC_API int cbcc_usdt_enable_probe(struct cbcc_usdt *u, const char *probe, const char *fn_name);

/**
 * Attaches to the enabled probes of contexts, as cbcc_new() does with those of its options: again after
 * cbcc_detach_usdt(), or in another process. The probes, and the functions they are enabled for, have to be the same as
 * those of the contexts that the text was compiled with: its functions read the arguments. What is attached already
 * stays so.
 *
 * BCC: b.attach_usdt(u, pid) (C++)
 *
 * @return 0; -EINVAL (others than the text was compiled with); as cbcc_attach_uprobe(), with none of them attached
 */
CBCC_API int cbcc_attach_usdt(struct cbcc *b, struct cbcc_usdt *const *contexts, size_t count);

/**
 * Undoes attachments to USDT probes, at all their places and in all processes.
 *
 * BCC: b.detach_usdt(u, pid), b.detach_usdt_all() (C++)
 *
 * @param probe    "provider:name", or "name"; NULL: all probes
 * @param fn_name  NULL: all functions attached there
 * @return 0; -ENOENT if nothing is attached there
 */
CBCC_API int cbcc_detach_usdt(struct cbcc *b, const char *probe, const char *fn_name);

/**
 * The functions that read the arguments of what is enabled, as C: what cbcc_new() puts before a text.
 *
 * BCC: u.get_text()
 *
 * @return a string that lives until the next call with u; NULL with errno: ENOENT (an argument names a symbol that the
 *         file does not have), ENOMEM
 */
CBCC_API const char *cbcc_usdt_text(struct cbcc_usdt *u);

/**
 * The C type of a probe's argument, the widest of all its places: "int8_t" ... "uint64_t".
 *
 * BCC: u.get_probe_arg_ctype(probe_name, arg_index)
 *
 * @param index  from 0
 * @return a static string; NULL with ENOENT, ENOTUNIQ or EINVAL
 */
CBCC_API const char *cbcc_usdt_get_probe_arg_ctype(const struct cbcc_usdt *u, const char *probe,
						   size_t index);

/** How many probes there are; 0 if u is NULL. BCC: len(u.enumerate_probes()) */
CBCC_API size_t cbcc_usdt_num_probes(const struct cbcc_usdt *u);

/** One of them: it belongs to u. NULL with EINVAL behind the last one. BCC: u.enumerate_probes()[index] */
CBCC_API const struct cbcc_usdt_probe *cbcc_usdt_get_probe(const struct cbcc_usdt *u, size_t index);

/**
 * An argument in words: "-4 signed   bytes @ ax", "8 unsigned bytes @ *(bp - 16)".
 *
 * BCC: str(argument)
 *
 * @param text  receives a string, ended by a NUL, as far as size bytes go
 * @return as snprintf(3); -EINVAL
 */
CBCC_API int cbcc_usdt_argument_format(const struct cbcc_usdt_argument *argument, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
