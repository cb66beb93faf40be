/* SPDX-License-Identifier: Apache-2.0 */
#include "entries.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "folded.h"
#include "text.h"

struct entry {
	uint64_t rank; /* what it is sorted by */
	void *key, *leaf;
};

struct entries {
	struct session *session;
	struct cbcc_table *table;
	const struct cbcc_type *key, *leaf; /* their types; key is NULL of what has none */
	struct entry *items;
	size_t count, room;
	bool leaf_is_signed; /* its first number */
};

static bool is_array(const struct cbcc_table *table)
{
	return cbcc_table_type(table) == BPF_MAP_TYPE_ARRAY ||
	       cbcc_table_type(table) == BPF_MAP_TYPE_PERCPU_ARRAY;
}

bool entries_are_popped(const struct cbcc_table *table)
{
	return cbcc_table_type(table) == BPF_MAP_TYPE_QUEUE || cbcc_table_type(table) == BPF_MAP_TYPE_STACK;
}

static bool is_per_cpu(const struct cbcc_table *table)
{
	return cbcc_table_value_size(table) != cbcc_table_leaf_size(table);
}

/* ---- reading ---- */

static void add_field(const struct cbcc_field *field, void *sum, const void *leaf)
{
	struct cbcc_field member;
	uint64_t a, b;

	if (cbcc_type_kind(field->type) == CBCC_TYPE_INT && cbcc_field_get_u64(field, sum, &a) == 0 &&
	    cbcc_field_get_u64(field, leaf, &b) == 0)
		cbcc_field_set_u64(field, sum, a + b);
	if (cbcc_type_kind(field->type) != CBCC_TYPE_STRUCT && cbcc_type_kind(field->type) != CBCC_TYPE_ARRAY)
		return;
	for (size_t i = 0; cbcc_type_member(field->type, i, &member) == 0; i++) {
		member.offset += field->offset;
		add_field(&member, sum, leaf);
	}
}

/* The leaves of all processors become one: numbers are added up. */
static void add_up(struct entries *entries, char *leaves)
{
	const struct cbcc_field whole = { .name = "", .type = entries->leaf };
	size_t size = (cbcc_table_leaf_size(entries->table) + 7) / 8 * 8,
	       all = cbcc_table_value_size(entries->table);

	for (size_t at = size; at < all; at += size)
		add_field(&whole, leaves, leaves + at);
}

/* The first number of a leaf, ordered as unsigned. */
static uint64_t rank(struct entries *entries, const void *leaf)
{
	struct cbcc_field field = { .name = "", .type = entries->leaf }, member;
	uint64_t value = 0;

	while (cbcc_type_kind(field.type) == CBCC_TYPE_STRUCT && cbcc_type_member(field.type, 0, &member) == 0) {
		member.offset += field.offset;
		field = member;
	}
	if (cbcc_field_get_u64(&field, leaf, &value) != 0)
		return 0;
	entries->leaf_is_signed = cbcc_type_is_signed(field.type);
	return entries->leaf_is_signed ? value ^ (1ull << 63) : value;
}

static bool is_zero(const char *bytes, size_t size)
{
	while (size && !*bytes)
		bytes++, size--;
	return !size;
}

static int take(void *ctx, const void *key, const void *leaf)
{
	struct entries *entries = ctx;
	size_t key_size = cbcc_table_key_size(entries->table), leaf_size = cbcc_table_value_size(entries->table);
	struct entry *entry;

	if (is_array(entries->table) && is_zero(leaf, leaf_size))
		return 0;
	if (entries->count == entries->room) {
		size_t room = entries->room ? entries->room * 2 : 64;
		struct entry *more = realloc(entries->items, room * sizeof *more);

		if (!more)
			return -ENOMEM;
		entries->items = more;
		entries->room = room;
	}
	entry = &entries->items[entries->count++];
	entry->key = key ? allocate(key_size) : NULL;
	entry->leaf = allocate(leaf_size);
	if (key)
		memcpy(entry->key, key, key_size);
	memcpy(entry->leaf, leaf, leaf_size);
	if (is_per_cpu(entries->table))
		add_up(entries, entry->leaf);
	entry->rank = rank(entries, entry->leaf);
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return (left->rank > right->rank) - (left->rank < right->rank);
}

/* In the map's order, and no more than it has room for: the program may go on adding. */
static int pop_entries(struct entries *entries)
{
	void *leaf = allocate(cbcc_table_leaf_size(entries->table));
	uint32_t room = cbcc_table_max_entries(entries->table);
	int err = 0;

	for (uint32_t i = 0; i < room && !err; i++) {
		err = cbcc_table_pop(entries->table, leaf);
		if (!err)
			err = take(entries, NULL, leaf);
	}
	free(leaf);
	return err == -ENOENT ? 0 : err;
}

/* Hashes by value, ascending, so that what counts most is last, next to the prompt. Others have an order. */
static int read_entries(struct entries *entries)
{
	int err;

	if (entries_are_popped(entries->table))
		return pop_entries(entries);
	err = cbcc_table_for_each(entries->table, take, entries);
	if (!err && entries->count && !is_array(entries->table))
		qsort(entries->items, entries->count, sizeof *entries->items, compare);
	return err;
}

static size_t first_shown(const struct entries *entries)
{
	uint64_t top = entries->session->options->top;

	return top && entries->count > top && entries->key ? entries->count - top : 0;
}

/* ---- writing ---- */

static void put_titles(struct session *session, const struct columns *keys, const struct columns *leaves)
{
	fputs(session->color ? "\033[1m" : "", session->out);
	columns_put_titles(keys, session, false);
	fputs(keys->count > keys->nstacks ? " " : "", session->out);
	columns_put_titles(leaves, session, true);
	fputs(session->color ? "\033[0m\n" : "\n", session->out);
}

static void put_entry(struct entries *entries, const struct entry *entry, struct columns *keys,
		      struct columns *leaves)
{
	struct session *session = entries->session;

	columns_put(keys, session, entry->key, cbcc_type_size(keys->type), false);
	fputs(keys->count > keys->nstacks ? " " : "", session->out);
	columns_put(leaves, session, entry->leaf, cbcc_type_size(leaves->type), true);
	fputc('\n', session->out);
	columns_put_stacks(keys, session, entry->key);
	columns_put_stacks(leaves, session, entry->leaf);
}

static void put_text(struct entries *entries, bool title)
{
	struct session *session = entries->session;
	struct columns keys = { 0 }, leaves;

	if (entries->key)
		columns_init(&keys, session, entries->key, is_array(entries->table) ? "INDEX" : "KEY");
	columns_init(&leaves, session, entries->leaf, cbcc_table_name(entries->table));
	for (size_t i = first_shown(entries); i < entries->count; i++) {
		columns_measure(&keys, session, entries->items[i].key, cbcc_type_size(keys.type));
		columns_measure(&leaves, session, entries->items[i].leaf, cbcc_type_size(leaves.type));
	}
	if (title)
		fprintf(session->out, "\n%s:\n", cbcc_table_name(entries->table));
	put_titles(session, &keys, &leaves);
	for (size_t i = first_shown(entries); i < entries->count; i++)
		put_entry(entries, &entries->items[i], &keys, &leaves);
	columns_free(&keys);
	columns_free(&leaves);
}

static void put_json(struct entries *entries)
{
	const struct cbcc_field key = { .name = "", .type = entries->key };
	const struct cbcc_field leaf = { .name = "", .type = entries->leaf };
	struct session *session = entries->session;
	FILE *out = session->out;

	fprintf(out, "{\"type\": \"map\", \"map\": \"%s\", \"entries\": [", cbcc_table_name(entries->table));
	for (size_t i = first_shown(entries); i < entries->count; i++) {
		const struct entry *entry = &entries->items[i];

		fputs(i > first_shown(entries) ? ", {" : "{", out);
		if (key.type) {
			fputs("\"key\": ", out);
			value_put_json(session, out, &key, key.type, entry->key, cbcc_type_size(key.type));
			fputs(", ", out);
		}
		fputs("\"value\": ", out);
		value_put_json(session, out, &leaf, leaf.type, entry->leaf, cbcc_type_size(leaf.type));
		fputc('}', out);
	}
	fputs("]}\n", out);
}

/* What a stack is counted by: the leaf's first number. */
static uint64_t weight(const struct entries *entries, const struct entry *entry)
{
	return entry->rank & ~(entries->leaf_is_signed ? 1ull << 63 : 0);
}

static int put_folded(struct entries *entries)
{
	int err = 0;

	for (size_t i = first_shown(entries); i < entries->count && !err; i++)
		err = folded_put(entries->session, entries->session->folds, entries->key, entries->items[i].key,
				 weight(entries, &entries->items[i]));
	return err;
}

int entries_print(struct session *session, struct cbcc_table *table, bool title)
{
	struct entries entries = { .session = session, .table = table };
	int err;

	entries.key = cbcc_table_key_type(table);
	entries.leaf = cbcc_table_leaf_type(table);
	if (!entries.leaf || (!entries.key && !entries_are_popped(table)))
		return 0;
	/* Counts that grow from time to time are folded once. */
	if (session->folds && folded_has_stack(session, entries.key) && !session->ending && !session->options->clear)
		return 0;
	err = read_entries(&entries);
	if (!err && session->folds && folded_has_stack(session, entries.key))
		err = put_folded(&entries);
	else if (!err && session->options->format == FORMAT_JSON)
		put_json(&entries);
	else if (!err && session->options->format == FORMAT_TEXT && entries.count)
		put_text(&entries, title);
	for (size_t i = 0; i < entries.count; i++) {
		free(entries.items[i].key);
		free(entries.items[i].leaf);
	}
	free(entries.items);
	return err;
}
