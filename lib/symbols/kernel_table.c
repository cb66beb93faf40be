/* SPDX-License-Identifier: Apache-2.0 */
#include "symbols/kernel_table.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/kallsyms.h"

#define BUCKETS_PER_SYMBOL 4 /* at most; at least half as many */
#define KERNEL "kernel" /* the module of symbols that are in none; the first of the strings */
#define REGION_GAP (16u << 20)

/* Data, as BCC leaves it out, and what is no address: offsets of per-CPU variables. */
static bool is_wanted(const struct kallsym *symbol)
{
	switch (symbol->type | 32) {
	case 'a':
	case 'b':
	case 'd':
	case 'r':
		return false;
	}
	return symbol->address != 0;
}

static int strings_reserve(struct kernel_table *table, size_t more)
{
	size_t room = table->strings_room ? table->strings_room : (size_t)4 << 20;
	char *strings;

	if (table->strings_size + more <= table->strings_room)
		return 0;
	while (room < table->strings_size + more)
		room *= 2;
	if (room > UINT32_MAX)
		return -EFBIG;
	strings = realloc(table->strings, room);
	if (!strings)
		return -ENOMEM;
	table->strings = strings;
	table->strings_room = room;
	return 0;
}

/* The place of a string that is added. */
static int add_string(struct kernel_table *table, const char *string, size_t length, uint32_t *place)
{
	int err = strings_reserve(table, length + 1);

	if (err)
		return err;
	*place = table->strings_size;
	memcpy(table->strings + table->strings_size, string, length);
	table->strings[table->strings_size + length] = '\0';
	table->strings_size += length + 1;
	return 0;
}

/* Symbols of one module follow each other: a new one's name is added, the last one's taken again. */
static int add_module(struct kernel_table *table, const char *module, uint32_t *place)
{
	if (!*module) {
		*place = 0;
		return 0;
	}
	if (table->count) {
		*place = table->symbols[table->count - 1].module;
		if (!strcmp(table->strings + *place, module))
			return 0;
	}
	return add_string(table, module, strlen(module), place);
}

static int symbols_reserve(struct kernel_table *table)
{
	size_t room = table->room ? table->room * 2 : 131072;
	struct kernel_symbol *symbols;

	if (table->count < table->room)
		return 0;
	symbols = reallocarray(table->symbols, room, sizeof *symbols);
	if (!symbols)
		return -ENOMEM;
	table->symbols = symbols;
	table->room = room;
	return 0;
}

static int add(struct kernel_table *table, const struct kallsym *kallsym)
{
	struct kernel_symbol symbol = { .address = kallsym->address };
	int err = symbols_reserve(table);

	if (!err)
		err = add_module(table, kallsym->module, &symbol.module);
	if (!err)
		err = add_string(table, kallsym->name, kallsym->name_length, &symbol.name);
	if (err)
		return err;
	if (table->nsorted == table->count &&
	    (!table->count || symbol.address >= table->symbols[table->count - 1].address))
		table->nsorted++;
	table->symbols[table->count++] = symbol;
	return 0;
}

/* Sorts by 16 bits of the addresses, from one array to the other. False if all are the same there. */
static bool sort_step(const struct kernel_symbol *from, struct kernel_symbol *to, size_t count, int shift,
		      size_t *places)
{
	size_t sum = 0;

	memset(places, 0, 65536 * sizeof *places);
	for (size_t i = 0; i < count; i++)
		places[from[i].address >> shift & 65535]++;
	if (places[from[0].address >> shift & 65535] == count)
		return false;
	for (size_t i = 0; i < 65536; i++) {
		size_t here = places[i];

		places[i] = sum;
		sum += here;
	}
	for (size_t i = 0; i < count; i++)
		to[places[from[i].address >> shift & 65535]++] = from[i];
	return true;
}

/* Puts sorted symbols, which were added later, among those at the beginning of the table. */
static void merge(struct kernel_table *table, const struct kernel_symbol *later, size_t count)
{
	struct kernel_symbol *to = table->symbols + table->count, *from = table->symbols + table->nsorted;

	while (count)
		*--to = from > table->symbols && from[-1].address > later[count - 1].address ? *--from
											     : later[--count];
}

/* The kernel's own symbols are sorted; modules' and BPF programs' come behind them. Those of one address keep their order. */
static int sort(struct kernel_table *table)
{
	size_t count = table->count - table->nsorted;
	struct kernel_symbol *other, *from = table->symbols + table->nsorted, *to;
	size_t *places;

	if (!count)
		return 0;
	to = other = reallocarray(NULL, count, sizeof *other);
	places = reallocarray(NULL, 65536, sizeof *places);
	for (int shift = 0; other && places && shift < 64; shift += 16) {
		if (sort_step(from, to, count, shift, places)) {
			struct kernel_symbol *sorted = to;

			to = from;
			from = sorted;
		}
	}
	if (other && places) {
		if (from != other)
			memcpy(other, from, count * sizeof *other);
		merge(table, other, count);
		table->nsorted = table->count;
	}
	free(places);
	free(other);
	return table->nsorted == table->count ? 0 : -ENOMEM;
}

/* Where the region that begins with that symbol ends. */
static size_t region_end(const struct kernel_table *table, size_t first)
{
	if (table->nregions == KERNEL_REGIONS_MAX - 1)
		return table->count;
	for (size_t i = first + 1; i < table->count; i++)
		if (table->symbols[i].address - table->symbols[i - 1].address > REGION_GAP)
			return i;
	return table->count;
}

/* The buckets are 0. */
static void fill_buckets(struct kernel_table *table, const struct kernel_region *region, size_t first,
			 size_t end)
{
	uint32_t *buckets = table->buckets + region->buckets, next = end;

	for (size_t i = end; i-- > first;)
		buckets[(table->symbols[i].address - region->start) >> region->shift] = i + 1;
	for (size_t bucket = region->nbuckets + 1; bucket-- > 0;) {
		next = buckets[bucket] ? buckets[bucket] - 1 : next;
		buckets[bucket] = next;
	}
}

static int make_regions(struct kernel_table *table)
{
	size_t end, next = 0;

	table->buckets = calloc(BUCKETS_PER_SYMBOL * table->count + 2 * KERNEL_REGIONS_MAX, sizeof *table->buckets);
	if (!table->buckets)
		return -ENOMEM;
	for (size_t first = 0; first < table->count; first = end) {
		struct kernel_region *region = &table->regions[table->nregions];
		uint64_t span;

		end = region_end(table, first);
		span = table->symbols[end - 1].address - table->symbols[first].address;
		*region = (struct kernel_region){ .start = table->symbols[first].address, .buckets = next };
		while (span >> region->shift > BUCKETS_PER_SYMBOL * (end - first))
			region->shift++;
		region->nbuckets = (span >> region->shift) + 1;
		fill_buckets(table, region, first, end);
		next += region->nbuckets + 1;
		table->nregions++;
	}
	return 0;
}

/* What is not used is given back. */
static void shrink(struct kernel_table *table)
{
	struct kernel_symbol *symbols = reallocarray(table->symbols, table->count, sizeof *symbols);
	char *strings = realloc(table->strings, table->strings_size);

	if (symbols) {
		table->symbols = symbols;
		table->room = table->count;
	}
	if (strings) {
		table->strings = strings;
		table->strings_room = table->strings_size;
	}
}

static int fill(struct kernel_table *table, struct kallsyms *kallsyms, size_t *nlines)
{
	struct kallsym symbol;
	uint32_t place;
	int err = add_string(table, KERNEL, strlen(KERNEL), &place);

	while (!err && kallsyms_next(kallsyms, &symbol)) {
		++*nlines;
		if (is_wanted(&symbol))
			err = add(table, &symbol);
	}
	if (!err && ferror(kallsyms->file))
		err = -EIO;
	return err ? err : sort(table);
}

int kernel_table_read_from(struct kernel_table *table, struct kallsyms *kallsyms)
{
	size_t nlines = 0;
	int err;

	*table = (struct kernel_table){ 0 };
	err = fill(table, kallsyms, &nlines);
	if (!err && !table->count && nlines)
		err = error_say(-EPERM,
				"the kernel hides the addresses of its symbols: it takes root or CAP_SYSLOG, "
				"and kernel.kptr_restrict below 2");
	else if (!err && !table->count)
		err = error_say(-ENODATA, "the kernel has no list of its symbols");
	else if (err)
		error_set(err, "cannot read the kernel's symbols");
	if (!err) {
		shrink(table);
		err = make_regions(table);
	}
	if (err)
		kernel_table_free(table);
	return err;
}

int kernel_table_read(struct kernel_table *table)
{
	struct kallsyms kallsyms;
	int err = kallsyms_open(&kallsyms);

	*table = (struct kernel_table){ 0 };
	if (err)
		return err;
	err = kernel_table_read_from(table, &kallsyms);
	kallsyms_close(&kallsyms);
	return err;
}

void kernel_table_free(struct kernel_table *table)
{
	free(table->symbols);
	free(table->strings);
	free(table->buckets);
	free(table->by_name);
	*table = (struct kernel_table){ 0 };
}

static const struct kernel_region *find_region(const struct kernel_table *table, uint64_t address)
{
	size_t i = table->nregions;

	while (i > 0 && table->regions[i - 1].start > address)
		i--;
	return i ? &table->regions[i - 1] : NULL;
}

const struct kernel_symbol *kernel_table_find(const struct kernel_table *table, uint64_t address)
{
	const struct kernel_region *region = find_region(table, address);
	const struct kernel_symbol *symbol;
	size_t bucket, before, end;

	if (!region)
		return NULL;
	bucket = (address - region->start) >> region->shift;
	if (bucket >= region->nbuckets)
		bucket = region->nbuckets - 1;
	before = table->buckets[region->buckets + bucket];
	end = table->buckets[region->buckets + bucket + 1];
	while (end - before > 8) {
		size_t middle = before + (end - before) / 2;

		if (table->symbols[middle].address <= address)
			before = middle;
		else
			end = middle;
	}
	symbol = &table->symbols[end - 1];
	while (symbol->address > address)
		symbol--;
	while (symbol > table->symbols && symbol[-1].address == symbol->address)
		symbol--;
	return symbol;
}

static size_t hash_name(const char *name)
{
	uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3;
	return hash ^ hash >> 32;
}

/* Where the name is in the hash table, or would be. */
static uint32_t *hash_slot(const struct kernel_table *table, const char *name)
{
	size_t i = hash_name(name) & (table->hash_size - 1);

	while (table->by_name[i] &&
	       strcmp(kernel_symbol_name(table, &table->symbols[table->by_name[i] - 1]), name) != 0)
		i = (i + 1) & (table->hash_size - 1);
	return &table->by_name[i];
}

/* Of symbols of one name the one whose name comes first in the strings was the first of the file. */
static int make_hash(struct kernel_table *table)
{
	size_t size = 16;

	while (size < table->count * 2)
		size *= 2;
	table->by_name = calloc(size, sizeof *table->by_name);
	if (!table->by_name)
		return -ENOMEM;
	table->hash_size = size;
	for (size_t i = 0; i < table->count; i++) {
		uint32_t *slot = hash_slot(table, kernel_symbol_name(table, &table->symbols[i]));

		if (!*slot || table->symbols[i].name < table->symbols[*slot - 1].name)
			*slot = i + 1;
	}
	return 0;
}

const struct kernel_symbol *kernel_table_find_name(struct kernel_table *table, const char *name)
{
	uint32_t *slot;

	if (!table->by_name && make_hash(table)) {
		errno = ENOMEM;
		return NULL;
	}
	slot = hash_slot(table, name);
	errno = ENOENT;
	return *slot ? &table->symbols[*slot - 1] : NULL;
}
