/* SPDX-License-Identifier: Apache-2.0 */
/* Tables by their names; their entries, one by one. */
#include "tables/table.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "loader/maps.h"
#include "readers/trace_record.h"
#include "types/map_types.h"

static void table_free(struct cbcc_table *t)
{
	for (uint32_t cpu = 0; t->counters && cpu < t->max_entries; cpu++)
		table_close_counter(t, cpu);
	free(t->counters);
	free(t->name);
	free(t);
}

void tables_free(struct cbcc *b)
{
	while (b->tables) {
		struct cbcc_table *next = b->tables->next;

		table_free(b->tables);
		b->tables = next;
	}
}

/* "a, b, c", for an error; allocated. */
static char *map_names(const struct cbcc *b)
{
	char *names = NULL;
	size_t size;
	FILE *out = open_memstream(&names, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < b->unit.nmaps; i++)
		fprintf(out, "%s%s", i ? ", " : "", b->unit.maps[i].name);
	fclose(out);
	return names;
}

static int unknown(const struct cbcc *b, const char *name)
{
	char *names = map_names(b);
	int err = error_say(-ENOENT, "the program has no table '%s' (it has: %s)", name,
			    names && *names ? names : "none");

	free(names);
	return error_about(CBCC_ERROR_USAGE, err);
}

/* The map's own facts, which are another text's if it is extern, or another process's if it is pinned. */
static int describe(struct cbcc_table *t)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof info;
	int ncpus = cbcc_num_possible_cpus();

	if (ncpus < 0)
		return ncpus;
	if (bpf_obj_get_info_by_fd(t->fd, &info, &size) != 0)
		return error_set(-errno, "cannot describe the table '%s'", t->name);
	t->id = info.id;
	t->type = info.type;
	t->flags = info.map_flags;
	t->max_entries = info.max_entries;
	t->kinds = table_kinds(info.type);
	t->key_size = info.key_size;
	t->leaf_size = info.value_size;
	t->ncpus = t->kinds & TABLE_PER_CPU ? (unsigned int)ncpus : 1;
	t->value_size = t->kinds & TABLE_PER_CPU ? table_stride(t) * t->ncpus : t->leaf_size;
	return map_types_find(t->b, t->name, &t->key_type, &t->leaf_type);
}

/* A declaration that does not agree with the map, as that of an extern or pinned one may, says nothing. */
static void check_types(struct cbcc_table *t)
{
	if (t->key_type && cbcc_type_size(t->key_type) != t->key_size)
		t->key_type = NULL;
	if (t->leaf_type && cbcc_type_size(t->leaf_type) != t->leaf_size)
		t->leaf_type = NULL;
}

static int table_create(struct cbcc *b, const char *name, int fd)
{
	struct cbcc_table *t = calloc(1, sizeof *t);
	int err;

	if (!t)
		return error_set(-ENOMEM, "cannot describe the table '%s'", name);
	t->b = b;
	t->fd = fd;
	t->name = strdup(name);
	err = t->name ? describe(t) : error_set(-ENOMEM, "cannot describe the table '%s'", name);
	if (err) {
		table_free(t);
		return err;
	}
	check_types(t);
	t->next = b->tables;
	b->tables = t;
	return 0;
}

static int find_map(struct cbcc *b, const char *name)
{
	int err = maps_create(b), fd;

	if (err)
		return err;
	fd = maps_find(b, name) ? bpf_map__fd(maps_find(b, name)) : -ENOENT;
	return fd < 0 ? unknown(b, name) : fd;
}

struct cbcc_table *cbcc_get_table(struct cbcc *b, const char *name)
{
	int err = handle_check(b, "cbcc_get_table"), fd;

	if (!err && !name)
		err = error_say(-EINVAL, "cbcc_get_table: the name is NULL");
	if (err)
		return error_null(err);
	for (struct cbcc_table *t = b->tables; t; t = t->next)
		if (strcmp(t->name, name) == 0)
			return t;
	fd = find_map(b, name);
	err = fd < 0 ? fd : table_create(b, name, fd);
	return err ? error_null(err) : b->tables;
}

/* The i-th map, without those of a private trace; NULL behind the last one. */
static const struct compiled_map *declared_map(const struct cbcc *b, size_t i)
{
	for (size_t at = 0; at < b->unit.nmaps; at++)
		if (strncmp(b->unit.maps[at].name, TRACE_RING, strlen(TRACE_RING)) != 0 && i-- == 0)
			return &b->unit.maps[at];
	return NULL;
}

int cbcc_num_tables(const struct cbcc *b)
{
	int n = handle_check(b, "cbcc_num_tables");

	while (n >= 0 && declared_map(b, (size_t)n))
		n++;
	return n;
}

struct cbcc_table *cbcc_get_table_by_index(struct cbcc *b, int index)
{
	const struct compiled_map *map;
	int err = handle_check(b, "cbcc_get_table_by_index");

	if (err)
		return error_null(err);
	map = index < 0 ? NULL : declared_map(b, (size_t)index);
	if (!map)
		return error_null(error_say(-EINVAL, "cbcc_get_table_by_index: the text has %d tables",
					    cbcc_num_tables(b)));
	return cbcc_get_table(b, map->name);
}

enum cbcc_histogram cbcc_table_histogram(const struct cbcc_table *t)
{
	for (size_t i = 0; t && i < t->b->unit.nmaps; i++)
		if (strcmp(t->b->unit.maps[i].name, t->name) == 0)
			return (enum cbcc_histogram)t->b->unit.maps[i].histogram;
	return CBCC_HISTOGRAM_NONE;
}

const char *cbcc_table_name(const struct cbcc_table *t)
{
	return t ? t->name : error_null(error_missing("cbcc_table_name: the table is NULL"));
}

int cbcc_table_fd(const struct cbcc_table *t)
{
	return t ? t->fd : error_missing("cbcc_table_fd: the table is NULL");
}

uint32_t cbcc_table_id(const struct cbcc_table *t)
{
	return t ? t->id : 0;
}

uint32_t cbcc_table_type(const struct cbcc_table *t)
{
	return t ? t->type : 0;
}

uint32_t cbcc_table_flags(const struct cbcc_table *t)
{
	return t ? t->flags : 0;
}

size_t cbcc_table_key_size(const struct cbcc_table *t)
{
	return t ? t->key_size : 0;
}

size_t cbcc_table_leaf_size(const struct cbcc_table *t)
{
	return t ? t->leaf_size : 0;
}

size_t cbcc_table_value_size(const struct cbcc_table *t)
{
	return t ? t->value_size : 0;
}

uint32_t cbcc_table_max_entries(const struct cbcc_table *t)
{
	return t ? t->max_entries : 0;
}

static const struct cbcc_type *type_or_error(const struct cbcc_table *t, const struct cbcc_type *type,
					     const char *what)
{
	if (type)
		return type;
	if (!t)
		return error_null(error_missing("cbcc_table_%s_type: the table is NULL", what));
	return error_null(error_say(-ENOENT, "the text does not say of what type the %s of table '%s' is",
				    what, t->name));
}

const struct cbcc_type *cbcc_table_key_type(const struct cbcc_table *t)
{
	return type_or_error(t, t ? t->key_type : NULL, "key");
}

const struct cbcc_type *cbcc_table_leaf_type(const struct cbcc_table *t)
{
	return type_or_error(t, t ? t->leaf_type : NULL, "leaf");
}

int cbcc_table_lookup(struct cbcc_table *t, const void *key, void *leaf)
{
	int err = table_check(t, TABLE_ENTRIES, "cbcc_table_lookup", key, leaf);

	if (err)
		return err;
	err = bpf_map_lookup_elem(t->fd, key, leaf);
	return err ? table_error(t, err, "cbcc_table_lookup", key) : 0;
}

int cbcc_table_update(struct cbcc_table *t, const void *key, const void *leaf, uint64_t flags)
{
	int err = table_check(t, TABLE_ENTRIES, "cbcc_table_update", key, leaf);

	if (err)
		return err;
	err = bpf_map_update_elem(t->fd, key, leaf, flags);
	return err ? table_error(t, err, "cbcc_table_update", key) : 0;
}

/* An array's element stays, as zero. */
static int delete_element(struct cbcc_table *t, const void *key)
{
	void *zero = calloc(1, t->value_size);
	int err = zero ? bpf_map_update_elem(t->fd, key, zero, BPF_EXIST) : -ENOMEM;

	free(zero);
	return err == -E2BIG ? -ENOENT : err; /* the index */
}

int cbcc_table_delete(struct cbcc_table *t, const void *key)
{
	int err = table_check(t, TABLE_ENTRIES, "cbcc_table_delete", key, key);
	uint32_t index;

	if (err)
		return err;
	err = t->kinds & TABLE_ARRAY ? delete_element(t, key) : bpf_map_delete_elem(t->fd, key);
	if (err)
		return table_error(t, err, "cbcc_table_delete", key);
	if (t->counters) {
		memcpy(&index, key, sizeof index);
		table_close_counter(t, index);
	}
	return 0;
}

int cbcc_table_lookup_and_delete(struct cbcc_table *t, const void *key, void *leaf)
{
	int err = table_check(t, TABLE_ENTRIES, "cbcc_table_lookup_and_delete", key, leaf);

	if (err)
		return err;
	err = t->kinds & TABLE_BATCH && !(t->kinds & TABLE_ARRAY)
		      ? bpf_map_lookup_and_delete_elem(t->fd, key, leaf)
		      : -EOPNOTSUPP;
	if (!err)
		return 0;
	if (err == -ENOENT)
		return table_error(t, err, "cbcc_table_lookup_and_delete", key);
	err = cbcc_table_lookup(t, key, leaf); /* an older kernel's, or another kind of map */
	return err ? err : cbcc_table_delete(t, key);
}
