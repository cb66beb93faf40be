/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's functions by address and by name, with those of its modules and of BPF programs: 16 bytes a symbol and its
 * name. Reading takes little more than the kernel needs to write /proc/kallsyms.
 */
#ifndef CBCC_KERNEL_TABLE_H
#define CBCC_KERNEL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kallsyms;

struct kernel_symbol {
	uint64_t address;
	uint32_t name;   /* where it begins in the strings */
	uint32_t module; /* likewise */
};

/*
 * Symbols that are not far from each other: the kernel's, its modules', BPF programs'. Their addresses are divided into a
 * few times as many buckets as there are symbols, so that an address is found without a search.
 */
struct kernel_region {
	uint64_t start;  /* the first symbol's address */
	size_t buckets;  /* where its buckets begin */
	size_t nbuckets; /* of 2^shift bytes each */
	unsigned int shift;
};

#define KERNEL_REGIONS_MAX 8

struct kernel_table {
	struct kernel_symbol *symbols; /* by address; those of one address in the order of the file */
	size_t count, room;
	size_t nsorted; /* of them, from the first on */
	char *strings;
	size_t strings_size, strings_room;
	struct kernel_region regions[KERNEL_REGIONS_MAX];
	size_t nregions;
	uint32_t *buckets; /* the first symbol in it or behind it; one more at each region's end */
	uint32_t *by_name; /* hash table of indexes + 1; NULL until a name is looked up */
	size_t hash_size;  /* a power of two */
};

/**
 * Reads the symbols that BCC reads, all but data; absolute ones are left out, too. Returns 0; -EPERM: the kernel hides the
 * addresses; -ENOMEM, -EIO and what opening gives. The thread's error is set, and the table empty.
 */
int kernel_table_read(struct kernel_table *table);

/** The same from any file of that form, which is read to its end. */
int kernel_table_read_from(struct kernel_table *table, struct kallsyms *kallsyms);

void kernel_table_free(struct kernel_table *table);

/**
 * The symbol at or before the address, however far; of several at one address the first of the file, as the kernel's own
 * messages have it. NULL if there is none.
 */
const struct kernel_symbol *kernel_table_find(const struct kernel_table *table, uint64_t address);

/** The symbol of that name: the first of the file. NULL with errno ENOENT (there is none) or ENOMEM. */
const struct kernel_symbol *kernel_table_find_name(struct kernel_table *table, const char *name);

static inline const char *kernel_symbol_name(const struct kernel_table *table,
					     const struct kernel_symbol *symbol)
{
	return table->strings + symbol->name;
}

/** "kernel" for the kernel itself, as BCC has it. */
static inline const char *kernel_symbol_module(const struct kernel_table *table,
					       const struct kernel_symbol *symbol)
{
	return table->strings + symbol->module;
}

#endif
