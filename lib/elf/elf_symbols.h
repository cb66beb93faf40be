/* SPDX-License-Identifier: Apache-2.0 */
/* The symbols of an ELF file. Errors as in elf_file.h. */
#ifndef CBCC_ELF_SYMBOLS_H
#define CBCC_ELF_SYMBOLS_H

#include "elf/elf_file.h"

struct elf_symbol {
	const char *name;            /* valid until the file is closed */
	uint64_t address;            /* the file's own */
	uint64_t size;               /* 0: not known */
	unsigned char type, binding; /* STT_FUNC ..., STB_GLOBAL ... */
};

/** Not 0 ends the iteration, which then returns it. */
typedef int (*elf_symbol_fn)(void *ctx, const struct elf_symbol *symbol);

/**
 * All symbols with a name that the file defines, of .symtab and then of .dynsym: many are in both. 0 (also without any), what
 * fn returned, or an error.
 */
int elf_symbols_for_each(const struct elf_file *file, elf_symbol_fn fn, void *ctx);

/** Whether the file has a .symtab, as one that is not stripped. */
bool elf_has_symtab(const struct elf_file *file);

/** Whether it is code: a function, or an indirect one, whose address is that of its resolver. */
bool elf_symbol_is_function(const struct elf_symbol *symbol);

#endif
