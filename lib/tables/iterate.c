/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From entry to entry. The kernel's own way, the key after another, starts again when that other is gone; so what is
 * walked through here is either read in batches, which go by buckets, or a list of keys that was taken before.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "tables/table.h"

int cbcc_table_next(struct cbcc_table *t, const void *key, void *next)
{
	int err = table_check(t, TABLE_ENTRIES, "cbcc_table_next", next, next);

	if (err)
		return err;
	err = bpf_map_get_next_key(t->fd, key, next);
	if (err == -ENOENT)
		return 0;
	return err ? table_error(t, err, "cbcc_table_next", NULL) : 1;
}

/* Keys as they are found. */
struct key_list {
	struct cbcc_table *t;
	unsigned char *keys;
	size_t count, room;
};

static unsigned char *key_at(const struct key_list *list, size_t index)
{
	return list->keys + index * list->t->key_size;
}

static int add_keys(void *ctx, const void *keys, const void *leaves, size_t count)
{
	struct key_list *list = ctx;
	size_t room = list->room ? list->room : 64;
	void *grown;

	(void)leaves;
	while (room < list->count + count)
		room *= 2;
	if (room > list->room) {
		grown = realloc(list->keys, room * list->t->key_size);
		if (!grown)
			return error_set(-ENOMEM, "cannot list the keys of table '%s'", list->t->name);
		list->keys = grown;
		list->room = room;
	}
	memcpy(key_at(list, list->count), keys, count * list->t->key_size);
	list->count += count;
	return 0;
}

static int compare_keys(const void *a, const void *b, void *size)
{
	return memcmp(a, b, *(size_t *)size);
}

static void drop_doubles(struct key_list *list)
{
	size_t kept = 0, size = list->t->key_size;

	qsort_r(list->keys, list->count, size, compare_keys, &size);
	for (size_t i = 0; i < list->count; i++)
		if (!kept || memcmp(key_at(list, kept - 1), key_at(list, i), size) != 0)
			memmove(key_at(list, kept++), key_at(list, i), size);
	list->count = kept;
}

/* Key after key. A table that is changed all the time may start again and again; it is left after two rounds. */
static int walk_keys(struct key_list *list, unsigned char *key)
{
	const struct cbcc_table *t = list->t;
	bool again = false;
	int err = bpf_map_get_next_key(t->fd, NULL, key);

	while (!err && list->count < 2 * (size_t)t->max_entries) {
		again |= list->count && memcmp(key, list->keys, t->key_size) == 0;
		err = add_keys(list, key, NULL, 1);
		if (err)
			return err;
		err = bpf_map_get_next_key(t->fd, key, key);
	}
	if (err && err != -ENOENT)
		return table_error(t, err, "the keys", NULL);
	if (again)
		drop_doubles(list);
	return 0;
}

ssize_t table_keys(struct cbcc_table *t, void **keys)
{
	struct key_list list = { .t = t };
	unsigned char *key = malloc(t->key_size);
	int err = -EOPNOTSUPP;

	if (!key)
		return error_set(-ENOMEM, "cannot list the keys of table '%s'", t->name);
	if (t->kinds & TABLE_BATCH)
		err = table_read_chunks(t, false, add_keys, &list);
	if (err == -EOPNOTSUPP)
		err = walk_keys(&list, key);
	free(key);
	if (err) {
		free(list.keys);
		return err;
	}
	*keys = list.keys;
	return (ssize_t)list.count;
}

struct visit {
	struct cbcc_table *t;
	cbcc_entry_fn fn;
	void *ctx;
	int result; /* fn's, which may be any number */
};

static int visit_chunk(void *ctx, const void *keys, const void *leaves, size_t count)
{
	struct visit *visit = ctx;
	const unsigned char *key = keys, *leaf = leaves;

	for (; count && !visit->result; count--) {
		visit->result = visit->fn(visit->ctx, key, leaf);
		key += visit->t->key_size;
		leaf += visit->t->value_size;
	}
	return visit->result;
}

/* Entries that have gone are passed over. */
static int visit_keys(struct visit *visit, const unsigned char *keys, size_t count)
{
	struct cbcc_table *t = visit->t;
	void *leaf = malloc(t->value_size);
	int err = leaf ? 0 : error_set(-ENOMEM, "cannot read table '%s'", t->name);

	for (size_t i = 0; i < count && !err; i++) {
		const unsigned char *key = keys + i * t->key_size;

		err = bpf_map_lookup_elem(t->fd, key, leaf);
		if (!err)
			err = visit_chunk(visit, key, leaf, 1);
		else
			err = err == -ENOENT ? 0 : table_error(t, err, "cbcc_table_for_each", NULL);
	}
	free(leaf);
	return err;
}

int cbcc_table_for_each(struct cbcc_table *t, cbcc_entry_fn fn, void *ctx)
{
	struct visit visit = { .t = t, .fn = fn, .ctx = ctx };
	int err = table_check(t, TABLE_ENTRIES, "cbcc_table_for_each", fn ? "" : NULL, "");
	void *keys;
	ssize_t count;

	if (err)
		return err;
	if (t->kinds & TABLE_BATCH) {
		err = table_read_chunks(t, false, visit_chunk, &visit);
		if (visit.result || err != -EOPNOTSUPP)
			return err;
	}
	count = table_keys(t, &keys);
	if (count < 0)
		return (int)count;
	err = visit_keys(&visit, keys, (size_t)count);
	free(keys);
	return err;
}

static int drop_chunk(void *ctx, const void *keys, const void *leaves, size_t count)
{
	(void)ctx, (void)keys, (void)leaves, (void)count;
	return 0;
}

static int clear_keys(struct cbcc_table *t)
{
	void *keys;
	ssize_t count = table_keys(t, &keys);
	int err;

	if (count < 0)
		return (int)count;
	err = cbcc_table_delete_batch(t, keys, (size_t)count);
	free(keys);
	return err;
}

static int clear_queue(struct cbcc_table *t)
{
	void *leaf = malloc(t->leaf_size);
	int err = leaf ? 0 : -ENOMEM;

	while (!err)
		err = bpf_map_lookup_and_delete_elem(t->fd, NULL, leaf);
	free(leaf);
	return err == -ENOENT ? 0 : table_error(t, err, "cbcc_table_clear", NULL);
}

int cbcc_table_clear(struct cbcc_table *t)
{
	int err = table_check(t, TABLE_ENTRIES | TABLE_QUEUE, "cbcc_table_clear", "", "");

	if (err)
		return err;
	if (t->kinds & TABLE_QUEUE)
		return clear_queue(t);
	if (t->kinds & TABLE_ARRAY)
		return cbcc_table_zero(t);
	if (t->kinds & TABLE_BATCH) {
		err = table_read_chunks(t, true, drop_chunk, NULL);
		if (err != -EOPNOTSUPP)
			return err;
	}
	return clear_keys(t);
}

/* What has been deleted meanwhile is not made again. */
static int zero_keys(struct cbcc_table *t, const unsigned char *keys, size_t count, const void *zero)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++) {
		err = bpf_map_update_elem(t->fd, keys + i * t->key_size, zero, BPF_EXIST);
		err = err == -ENOENT ? 0 : err;
	}
	return err ? table_error(t, err, "cbcc_table_zero", NULL) : 0;
}

int cbcc_table_zero(struct cbcc_table *t)
{
	int err = table_check(t, TABLE_KEYS | TABLE_ARRAY, "cbcc_table_zero", "", "");
	void *zero, *keys;
	ssize_t count;

	if (err)
		return err;
	count = table_keys(t, &keys);
	if (count < 0)
		return (int)count;
	zero = calloc(1, t->value_size);
	err = zero ? zero_keys(t, keys, (size_t)count, zero)
		   : error_set(-ENOMEM, "cannot zero the table '%s'", t->name);
	free(zero);
	free(keys);
	return err;
}

static int count_chunk(void *ctx, const void *keys, const void *leaves, size_t count)
{
	(void)keys, (void)leaves;
	*(size_t *)ctx += count;
	return 0;
}

ssize_t cbcc_table_count(struct cbcc_table *t)
{
	int err = table_check(t, TABLE_ENTRIES, "cbcc_table_count", "", "");
	size_t total = 0;
	void *keys;
	ssize_t count;

	if (err)
		return err;
	if (t->kinds & TABLE_INDEXED)
		return t->max_entries;
	if (t->kinds & TABLE_BATCH) {
		err = table_read_chunks(t, false, count_chunk, &total);
		if (err != -EOPNOTSUPP)
			return err ? err : (ssize_t)total;
	}
	count = table_keys(t, &keys);
	if (count >= 0)
		free(keys);
	return count;
}
