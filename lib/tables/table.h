/* SPDX-License-Identifier: Apache-2.0 */
/* Tables: maps of a text as the application sees them. What a map can do is a matter of its kind (kind.c). */
#ifndef CBCC_TABLE_PRIVATE_H
#define CBCC_TABLE_PRIVATE_H

#include "handle.h"

/* What a map is, as far as these calls differ by it. */
enum table_kind {
	TABLE_KEYS = 1,  /* its entries have keys, and come and go */
	TABLE_ARRAY = 2, /* all indexes have an element, which cannot be deleted */
	TABLE_SLOTS = 4, /* indexes of an array that hold something of the kernel's, or nothing */
	TABLE_QUEUE = 8, /* leaves without keys */
	TABLE_PER_CPU = 16,
	TABLE_BATCH = 32, /* is read in batches, in which deleted entries are in nobody's way */
	TABLE_STACKS = 64,
	TABLE_PROGRAMS = 128,
	TABLE_CGROUPS = 256,
	TABLE_PERF_EVENTS = 512,
	TABLE_INDEXED = TABLE_ARRAY | TABLE_SLOTS,
	TABLE_ENTRIES = TABLE_KEYS | TABLE_INDEXED,
};

struct cbcc_table {
	struct cbcc_table *next;
	struct cbcc *b;
	char *name;
	int fd; /* of b's maps */
	uint32_t id, type, flags, max_entries;
	unsigned int kinds; /* enum table_kind */
	size_t key_size, leaf_size, value_size;
	unsigned int ncpus;                           /* leaves of a value; 1 if it is not per CPU */
	const struct cbcc_type *key_type, *leaf_type; /* NULL: the text does not say */
	uint64_t missed_stacks; /* that were to be folded and were not there */
	int *counters; /* one for each processor, -1: closed; NULL: none was opened */
};

/** Closes the tables that were asked for. */
void tables_free(struct cbcc *b);

/** The kinds of a map type. */
unsigned int table_kinds(uint32_t map_type);

/**
 * Checks the arguments of a call that is for tables of any of these kinds: pointers is how many of a and b have to be
 * there. 0, or -EINVAL, -EOPNOTSUPP, error set.
 */
int table_check(const struct cbcc_table *t, unsigned int kinds, const char *call, const void *a,
		const void *b);

/** What the kernel refused, said of a table. Returns the error, as the header has it. */
int table_error(const struct cbcc_table *t, int err, const char *what, const void *key);

/** The bytes from one leaf of a per-CPU value to the next. */
size_t table_stride(const struct cbcc_table *t);

/** Closes the perf counter of a processor, if one was opened. */
void table_close_counter(struct cbcc_table *t, uint32_t cpu);

/* ---- batch.c ---- */

/** Receives entries; not 0 ends it. */
typedef int (*chunk_fn)(void *ctx, const void *keys, const void *leaves, size_t count);

/**
 * Hands all entries over, in chunks; those handed over are deleted if that is asked for. Returns 0, what fn returned,
 * -EOPNOTSUPP without an error set (this kernel has no batches for such a map; nothing was done), or -errno, error set.
 */
int table_read_chunks(struct cbcc_table *t, bool delete, chunk_fn fn, void *ctx);

/* ---- iterate.c ---- */

/** All keys, each once; to be freed. Returns their number, or -errno, error set. */
ssize_t table_keys(struct cbcc_table *t, void **keys);

#endif
