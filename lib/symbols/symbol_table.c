/* SPDX-License-Identifier: Apache-2.0 */
#include "symbols/symbol_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int add_name(struct symbol_table *table, const char *name, uint32_t *place)
{
	size_t size = strlen(name) + 1;

	if (size > table->strings_room - table->strings_size) {
		size_t room = 2 * table->strings_room + size + 4096;
		char *strings = room <= UINT32_MAX ? realloc(table->strings, room) : NULL;

		if (!strings)
			return room <= UINT32_MAX ? -ENOMEM : -EFBIG;
		table->strings = strings;
		table->strings_room = room;
	}
	*place = table->strings_size;
	memcpy(table->strings + table->strings_size, name, size);
	table->strings_size += size;
	return 0;
}

int symbol_table_add(struct symbol_table *table, const struct table_symbol *symbol, const char *name)
{
	uint32_t place;
	int err;

	if (table->count == table->room) {
		size_t room = 2 * table->room + 256;
		struct table_symbol *symbols = reallocarray(table->symbols, room, sizeof *symbols);

		if (!symbols)
			return -ENOMEM;
		table->symbols = symbols;
		table->room = room;
	}
	err = add_name(table, name, &place);
	if (err)
		return err;
	table->symbols[table->count] = *symbol;
	table->symbols[table->count].name = place;
	table->count++;
	return 0;
}

/* What was added first comes first, among equals. */
static int compare(const void *a, const void *b)
{
	const struct table_symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->name > y->name) - (x->name < y->name);
}

static uint64_t last_address(const struct table_symbol *symbol)
{
	uint64_t more = symbol->size ? symbol->size - 1 : 0;

	return more > UINT64_MAX - symbol->address ? UINT64_MAX : symbol->address + more;
}

int symbol_table_finish(struct symbol_table *table)
{
	uint64_t reach = 0;

	if (!table->count)
		return 0;
	qsort(table->symbols, table->count, sizeof *table->symbols, compare);
	table->reach = reallocarray(NULL, table->count, sizeof *table->reach);
	if (!table->reach)
		return -ENOMEM;
	for (size_t i = 0; i < table->count; i++) {
		uint64_t last = last_address(&table->symbols[i]);

		reach = last > reach ? last : reach;
		table->reach[i] = reach;
	}
	return 0;
}

void symbol_table_free(struct symbol_table *table)
{
	free(table->symbols);
	free(table->reach);
	free(table->strings);
	*table = (struct symbol_table){ 0 };
}

/* How many symbols begin at or before the address. */
static size_t count_before(const struct symbol_table *table, uint64_t address)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Some of several at one address may end before: the best of those that do not is the one that is seen last. */
const struct table_symbol *symbol_table_find(const struct symbol_table *table, uint64_t address)
{
	const struct table_symbol *found = NULL;

	for (size_t i = count_before(table, address); i-- > 0;) {
		const struct table_symbol *symbol = &table->symbols[i];

		if (table->reach[i] < address || (found && symbol->address != found->address))
			break;
		if (last_address(symbol) >= address)
			found = symbol;
	}
	return found;
}

const struct table_symbol *symbol_table_find_name(const struct symbol_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++)
		if (strcmp(table_symbol_name(table, &table->symbols[i]), name) == 0)
			return &table->symbols[i];
	return NULL;
}
