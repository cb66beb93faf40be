/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: names of addresses, in the kernel and in processes, and stacks as lines. A part of cbcc.h.
 *
 * What is read for that is kept by the handle, and read when it is first needed: the kernel's symbols once, a process's
 * mappings again when an address lies outside of those known or when the process executes another program, a file's symbols
 * once for all processes that have it mapped. A process that has ended keeps its names as far as they were read.
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
 * Writes the name of a kernel address: "NAME", "NAME+0xOFFSET", with " [kernel]" or " [MODULE]"; "[unknown]" before the first
 * symbol. The name is that of the next symbol at or before the address, however far; of several at one address the first
 * of /proc/kallsyms, as the kernel's own messages have it. BPF programs are in the module "bpf", under names with
 * their tag: "bpf_prog_6deef7357e7b4530_f".
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
 * The address of a kernel symbol that is no data, of a module's or of a BPF program too; of several of that name, the first.
 *
 * BCC: b.ksymname(name), where -1 is none
 *
 * @return 0; -ENOENT; -EPERM and others as cbcc_ksym()
 */
CBCC_API int cbcc_ksymname(struct cbcc *b, const char *name, uint64_t *addr);

#ifdef __cplusplus
}
#endif

#endif
