/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many entries in one system call. The kernel gives whole buckets of a hash, or nothing if one does not fit; so the room
 * that is offered to it grows until it does.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "tables/table.h"

#define ENOTSUPP 524 /* the kernel's own */
#define CHUNK_BYTES (256u << 10)
#define CHUNK_ENTRIES 4096

/* How far a table has been read. The kernel's token is a bucket's number or a key. */
struct cursor {
	struct cbcc_table *t;
	bool delete, begun, ended;
	unsigned char *in, *out;
};

static int cursor_begin(struct cursor *cursor, struct cbcc_table *t, bool delete)
{
	size_t size = t->key_size > sizeof(uint32_t) ? t->key_size : sizeof(uint32_t);

	*cursor = (struct cursor){ .t = t, .delete = delete, .in = calloc(2, size) };
	if (!cursor->in)
		return error_set(-ENOMEM, "cannot read table '%s'", t->name);
	cursor->out = cursor->in + size;
	return 0;
}

static void cursor_end(struct cursor *cursor)
{
	free(cursor->in < cursor->out ? cursor->in : cursor->out);
}

static bool is_unsupported(int err)
{
	return err == -ENOTSUPP || err == -EOPNOTSUPP || err == -EINVAL;
}

/*
 * The next entries, up to room. Returns their number; -ENOSPC if the next bucket has more than room; -EOPNOTSUPP if there
 * are no batches for such a map, which the first read tells; or another errno.
 */
static ssize_t cursor_read(struct cursor *cursor, void *keys, void *leaves, size_t room)
{
	uint32_t count = room < UINT32_MAX ? (uint32_t)room : UINT32_MAX;
	void *in = cursor->begun ? cursor->in : NULL;
	unsigned char *token = cursor->in;
	int err = cursor->delete
			  ? bpf_map_lookup_and_delete_batch(cursor->t->fd, in, cursor->out, keys, leaves,
							    &count, NULL)
			  : bpf_map_lookup_batch(cursor->t->fd, in, cursor->out, keys, leaves, &count, NULL);

	if (err && err != -ENOENT)
		return !cursor->begun && is_unsupported(err) ? -EOPNOTSUPP : err;
	cursor->begun = true;
	cursor->ended = err;
	cursor->in = cursor->out;
	cursor->out = token;
	return count;
}

/* Memory for some entries. */
struct chunk {
	size_t room;
	void *keys, *leaves;
};

static void chunk_free(struct chunk *chunk)
{
	free(chunk->keys);
	free(chunk->leaves);
	*chunk = (struct chunk){ 0 };
}

static int chunk_allocate(struct chunk *chunk, const struct cbcc_table *t, size_t room)
{
	chunk_free(chunk);
	chunk->room = room;
	chunk->keys = calloc(room, t->key_size);
	chunk->leaves = calloc(room, t->value_size);
	if (chunk->keys && chunk->leaves)
		return 0;
	chunk_free(chunk);
	return error_set(-ENOMEM, "cannot read table '%s'", t->name);
}

static size_t first_room(const struct cbcc_table *t)
{
	size_t entries = CHUNK_BYTES / (t->key_size + t->value_size);

	if (entries > CHUNK_ENTRIES)
		entries = CHUNK_ENTRIES;
	if (entries > t->max_entries)
		entries = t->max_entries;
	return entries < 16 ? 16 : entries;
}

/* Reads into the chunk, which grows until a bucket fits. -EOPNOTSUPP as cursor_read(); other errors are set. */
static ssize_t chunk_read(struct chunk *chunk, struct cursor *cursor)
{
	ssize_t count;
	int err;

	for (;;) {
		count = cursor_read(cursor, chunk->keys, chunk->leaves, chunk->room);
		if (count != -ENOSPC)
			break;
		err = chunk_allocate(chunk, cursor->t, chunk->room * 2);
		if (err)
			return err;
	}
	return count >= 0 || count == -EOPNOTSUPP ? count
						  : table_error(cursor->t, (int)count, "a batch", NULL);
}

int table_read_chunks(struct cbcc_table *t, bool delete, chunk_fn fn, void *ctx)
{
	struct chunk chunk = { 0 };
	struct cursor cursor;
	int err = cursor_begin(&cursor, t, delete);

	if (err)
		return err;
	err = chunk_allocate(&chunk, t, first_room(t));
	while (!err && !cursor.ended) {
		ssize_t count = chunk_read(&chunk, &cursor);

		err = count < 0 ? (int)count : fn(ctx, chunk.keys, chunk.leaves, (size_t)count);
	}
	chunk_free(&chunk);
	cursor_end(&cursor);
	return err;
}

/* The application's memory, as far as it is filled. */
struct dump {
	struct cbcc_table *t;
	bool delete;
	unsigned char *keys, *leaves;
	size_t count, filled;
};

static void *next_key(const struct dump *dump)
{
	return dump->keys + dump->filled * dump->t->key_size;
}

static void *next_leaf(const struct dump *dump)
{
	return dump->leaves + dump->filled * dump->t->value_size;
}

/* The bucket at the end has more entries than there is room: it is read elsewhere, and what fits is copied. */
static int dump_part(struct dump *dump, struct cursor *cursor)
{
	size_t left = dump->count - dump->filled;
	struct chunk chunk = { 0 };
	int err = chunk_allocate(&chunk, dump->t, left < 16 ? 16 : left * 2);
	ssize_t count;

	if (err)
		return err;
	cursor->delete = false;
	count = chunk_read(&chunk, cursor);
	if (count > (ssize_t)left)
		count = (ssize_t)left;
	if (count > 0) {
		memcpy(next_key(dump), chunk.keys, (size_t)count * dump->t->key_size);
		memcpy(next_leaf(dump), chunk.leaves, (size_t)count * dump->t->value_size);
		err = dump->delete ? cbcc_table_delete_batch(dump->t, chunk.keys, (size_t)count) : 0;
		dump->filled += (size_t)count;
	}
	chunk_free(&chunk);
	cursor->delete = dump->delete;
	return count < 0 ? (int)count : err;
}

static int dump_batches(struct dump *dump)
{
	struct cursor cursor;
	int err = cursor_begin(&cursor, dump->t, dump->delete);

	while (!err && !cursor.ended && dump->filled < dump->count) {
		ssize_t count =
			cursor_read(&cursor, next_key(dump), next_leaf(dump), dump->count - dump->filled);

		if (count >= 0)
			dump->filled += (size_t)count;
		else if (count == -ENOSPC)
			err = dump_part(dump, &cursor);
		else
			err = count == -EOPNOTSUPP
				      ? (int)count
				      : table_error(dump->t, (int)count, "cbcc_table_dump", NULL);
	}
	cursor_end(&cursor);
	return err;
}

static int dump_key(struct dump *dump, const void *key)
{
	int err = bpf_map_lookup_elem(dump->t->fd, key, next_leaf(dump));

	if (!err && dump->delete)
		err = bpf_map_delete_elem(dump->t->fd, key);
	if (err == -ENOENT)
		return 0; /* gone */
	if (err)
		return table_error(dump->t, err, "cbcc_table_dump", NULL);
	memcpy(next_key(dump), key, dump->t->key_size);
	dump->filled++;
	return 0;
}

static int dump_keys(struct dump *dump)
{
	void *keys;
	ssize_t count = table_keys(dump->t, &keys);
	int err = 0;

	if (count < 0)
		return (int)count;
	for (ssize_t i = 0; i < count && !err && dump->filled < dump->count; i++)
		err = dump_key(dump, (unsigned char *)keys + (size_t)i * dump->t->key_size);
	free(keys);
	return err;
}

/* An array's elements cannot be deleted. */
static int dump_and_zero(struct dump *dump)
{
	int err;

	dump->delete = false;
	err = dump_batches(dump);
	if (err == -EOPNOTSUPP)
		err = dump_keys(dump);
	for (size_t i = 0; i < dump->filled && !err; i++)
		err = cbcc_table_delete(dump->t, dump->keys + i * dump->t->key_size);
	return err;
}

ssize_t cbcc_table_dump(struct cbcc_table *t, void *keys, void *leaves, size_t count, unsigned int flags)
{
	struct dump dump = {
		.t = t, .delete = flags & CBCC_DUMP_DELETE, .keys = keys, .leaves = leaves, .count = count
	};
	int err = table_check(t, TABLE_ENTRIES, "cbcc_table_dump", keys, leaves);

	if (!err && flags & ~(unsigned int)CBCC_DUMP_DELETE)
		err = error_say(-EINVAL, "cbcc_table_dump: there are no flags 0x%x", flags);
	if (err)
		return err;
	if (dump.delete && t->kinds & TABLE_ARRAY) {
		err = dump_and_zero(&dump);
	} else {
		err = t->kinds & TABLE_BATCH ? dump_batches(&dump) : -EOPNOTSUPP;
		if (err == -EOPNOTSUPP)
			err = dump_keys(&dump);
	}
	return err ? err : (ssize_t)dump.filled;
}

int cbcc_table_update_batch(struct cbcc_table *t, const void *keys, const void *leaves, size_t count,
			    uint64_t flags)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts, .elem_flags = flags);
	int err = table_check(t, TABLE_ENTRIES, "cbcc_table_update_batch", keys, leaves);
	uint32_t done = (uint32_t)count;

	if (err || !count)
		return err;
	if (count > UINT32_MAX)
		return error_say(-E2BIG, "cbcc_table_update_batch: %zu entries", count);
	err = t->kinds & TABLE_BATCH ? bpf_map_update_batch(t->fd, keys, leaves, &done, &opts) : -EOPNOTSUPP;
	if (!err || !is_unsupported(err))
		return err ? table_error(t, err, "cbcc_table_update_batch", NULL) : 0;
	err = 0;
	for (size_t i = 0; i < count && !err; i++)
		err = cbcc_table_update(t, (const unsigned char *)keys + i * t->key_size,
					(const unsigned char *)leaves + i * t->value_size, flags);
	return err;
}

/* In one call, up to the first key that is not there. Returns how many are done. */
static size_t delete_some(struct cbcc_table *t, const unsigned char *keys, size_t count)
{
	uint32_t done = count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
	int err = t->kinds & TABLE_BATCH ? bpf_map_delete_batch(t->fd, keys, &done, NULL) : -EOPNOTSUPP;

	return err && err != -ENOENT ? 0 : done;
}

int cbcc_table_delete_batch(struct cbcc_table *t, const void *keys, size_t count)
{
	int err = table_check(t, TABLE_ENTRIES, "cbcc_table_delete_batch", keys || !count ? "" : NULL, "");
	const unsigned char *key = keys;
	size_t i;

	if (err)
		return err;
	if (t->kinds & TABLE_ARRAY) {
		for (i = 0; i < count && !err; i++)
			err = cbcc_table_delete(t, key + i * t->key_size);
		return err;
	}
	for (i = 0; i < count; i++) {
		i += delete_some(t, key + i * t->key_size, count - i);
		if (i == count)
			break;
		err = bpf_map_delete_elem(t->fd, key + i * t->key_size);
		if (err && err != -ENOENT && !(t->kinds & TABLE_SLOTS && err == -EINVAL))
			return table_error(t, err, "cbcc_table_delete_batch", NULL);
	}
	return 0;
}
