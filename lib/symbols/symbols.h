/* SPDX-License-Identifier: Apache-2.0 */
/* What a handle knows of symbols: those of the kernel and of processes. */
#ifndef CBCC_SYMBOLS_PRIVATE_H
#define CBCC_SYMBOLS_PRIVATE_H

#include <sys/types.h>

#include "cbcc/symbols.h"
#include "symbols/file_symbols.h"
#include "symbols/kernel_table.h"
#include "symbols/plain_names.h"

struct cbcc;
struct process_symbols;

struct symbols {
	struct kernel_table kernel; /* empty until it is needed */
	int kernel_error;           /* of reading it, which is not tried again */
	char *kernel_message;
	struct process_symbols *processes; /* that were asked for; the last one first */
	struct file_cache files;
	struct plain_names plain_names;
};

/** The handle's, made if need be. NULL with the error set. */
struct symbols *symbols_of(struct cbcc *b);

/** NULL is accepted. */
void symbols_free(struct symbols *symbols);

/** The kernel's symbols, read if need be. NULL with the error set. */
struct kernel_table *symbols_kernel(struct symbols *symbols);

/** They are read again when they are needed. */
void symbols_forget_kernel(struct symbols *symbols);

/** The process's symbols, read if need be. NULL with errno, without an error set. */
struct process_symbols *symbols_process(struct symbols *symbols, pid_t pid);

/** What an address belongs to; pid below 0: the kernel. 0, also for unknown ones, or a negative errno, error set. */
int symbols_resolve(struct symbols *symbols, uint64_t address, pid_t pid, unsigned int flags,
		    struct cbcc_symbol *symbol);

/** The same of a place in a file. An address without a file is looked for in the process, if pid is not below 0. */
int symbols_resolve_build_id(struct symbols *symbols, const struct cbcc_build_id *entry, pid_t pid,
			     unsigned int flags, struct cbcc_symbol *symbol);

#endif
