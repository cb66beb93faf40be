/* SPDX-License-Identifier: Apache-2.0 */
/* Symbols of one file by address and by name: any number, in any order, overlapping or not. */
#ifndef CBCC_SYMBOL_TABLE_H
#define CBCC_SYMBOL_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct table_symbol {
	uint64_t address;
	uint64_t size;
	uint32_t name; /* where it begins in the strings */
	uint32_t rank; /* of several at one address the least is chosen */
};

struct symbol_table {
	struct table_symbol *symbols;
	size_t count, room;
	uint64_t *reach; /* the last address that a symbol up to this one has */
	char *strings;
	size_t strings_size, strings_room;
};

/** Adds a symbol; one of size 0 has one address. 0, -ENOMEM, -EFBIG (4 GiB of names). */
int symbol_table_add(struct symbol_table *table, const struct table_symbol *symbol, const char *name);

/** To be called once, when all are added. 0 or -ENOMEM. */
int symbol_table_finish(struct symbol_table *table);

void symbol_table_free(struct symbol_table *table);

/** Of all symbols that the address is in the one that begins last, or NULL. */
const struct table_symbol *symbol_table_find(const struct symbol_table *table, uint64_t address);

/** The first symbol of that name, or NULL. Looks at all of them. */
const struct table_symbol *symbol_table_find_name(const struct symbol_table *table, const char *name);

static inline const char *table_symbol_name(const struct symbol_table *table,
					    const struct table_symbol *symbol)
{
	return table->strings + symbol->name;
}

#endif
