/* SPDX-License-Identifier: Apache-2.0 */
#include "histograms/histogram.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "tables/table.h"

static int refuse(const struct cbcc_table *t, const char *call, const char *what)
{
	return error_say(-EOPNOTSUPP, "%s: table '%s': %s", call, t->name, what);
}

static bool is_number(const struct cbcc_type *type)
{
	enum cbcc_type_kind kind = cbcc_type_kind(type);

	return kind == CBCC_TYPE_INT || kind == CBCC_TYPE_ENUM || kind == CBCC_TYPE_BOOL;
}

/* Which part of a key is the slot, and which the section. */
static int find_fields(struct histogram *histogram, const char *call)
{
	const struct cbcc_table *t = histogram->table;
	int err;

	if (!t->key_type || !t->leaf_type)
		return refuse(t, call, "the text does not say of what types keys and leaves are");
	err = cbcc_type_find(t->leaf_type, "", &histogram->leaf);
	if (!err && cbcc_type_kind(t->key_type) == CBCC_TYPE_STRUCT && cbcc_type_count(t->key_type) >= 2) {
		err = cbcc_type_member(t->key_type, 0, &histogram->bucket);
		err = err ? err : cbcc_type_member(t->key_type, 1, &histogram->slot);
	} else if (!err) {
		err = cbcc_type_find(t->key_type, "", &histogram->slot);
	}
	if (err)
		return err;
	if (histogram->bucket.bits)
		return refuse(t, call, "the first member of its keys is a bitfield");
	return is_number(histogram->slot.type) && is_number(histogram->leaf.type)
		       ? 0
		       : refuse(t, call,
				"its keys are no numbers or structs of two, or its leaves no numbers");
}

/* What the sections are made by: memory for it is there already. Returns its size. */
static size_t make_bucket(const struct histogram *histogram, const unsigned char *key, void *bucket)
{
	const void *member = key + histogram->bucket.offset;
	size_t size = cbcc_type_size(histogram->bucket.type);

	if (histogram->opts.bucket)
		return histogram->opts.bucket(histogram->opts.ctx, member, bucket);
	memcpy(bucket, member, size);
	return size;
}

static size_t bucket_room(const struct histogram *histogram)
{
	size_t size = histogram->bucket.type ? cbcc_type_size(histogram->bucket.type) : 0;

	return size > CBCC_HIST_BUCKET_SIZE ? size : CBCC_HIST_BUCKET_SIZE;
}

/* Makes one for what is in bucket (NULL: for all). */
static struct section *add_section(struct histogram *histogram, const void *bucket, size_t size)
{
	struct section *grown =
		reallocarray(histogram->sections, histogram->nsections + 1, sizeof *histogram->sections);
	struct section section = { .bucket_size = size, .last = -1 };

	if (grown)
		histogram->sections = grown;
	section.counts = grown ? calloc(histogram->slots, sizeof *section.counts) : NULL;
	section.bucket = bucket && section.counts ? calloc(1, bucket_room(histogram)) : NULL;
	if (!section.counts || (bucket && !section.bucket)) {
		free(section.counts);
		return error_null(error_set(-ENOMEM, "cannot print table '%s'", histogram->table->name));
	}
	if (bucket)
		memcpy(section.bucket, bucket, size);
	histogram->sections[histogram->nsections++] = section;
	return &histogram->sections[histogram->nsections - 1];
}

static uint64_t hash(const unsigned char *bytes, size_t size)
{
	uint64_t value = 0xcbf29ce484222325; /* FNV-1a */

	for (size_t i = 0; i < size; i++)
		value = (value ^ bytes[i]) * 0x100000001b3;
	return value ^ value >> 32;
}

/* Where in the index the section of a bucket is, or has to be. */
static size_t *find_place(const struct histogram *histogram, const void *bucket, size_t size)
{
	for (size_t at = hash(bucket, size);; at++) {
		size_t *place = &histogram->index[at & (histogram->places - 1)];
		const struct section *section = *place ? &histogram->sections[*place - 1] : NULL;

		if (!section || (section->bucket_size == size && memcmp(section->bucket, bucket, size) == 0))
			return place;
	}
}

/* Makes room in the index for one section more. */
static int grow_index(struct histogram *histogram)
{
	size_t places = histogram->places ? histogram->places * 2 : 64, *old = histogram->index;

	if (histogram->places >= 2 * (histogram->nsections + 1))
		return 0;
	histogram->index = calloc(places, sizeof *histogram->index);
	if (!histogram->index) {
		histogram->index = old;
		return error_set(-ENOMEM, "cannot print table '%s'", histogram->table->name);
	}
	free(old);
	histogram->places = places;
	for (size_t i = 0; i < histogram->nsections; i++) {
		const struct section *section = &histogram->sections[i];

		*find_place(histogram, section->bucket, section->bucket_size) = i + 1;
	}
	return 0;
}

/* Whatever of the scratch the last bucket has left is cleared: callbacks may expect that. */
static struct section *find_section(struct histogram *histogram, const void *key)
{
	struct section *section;
	size_t size, *place;

	if (!histogram->bucket.type)
		return histogram->sections;
	if (grow_index(histogram) != 0)
		return NULL;
	memset(histogram->scratch, 0, bucket_room(histogram));
	size = make_bucket(histogram, key, histogram->scratch);
	place = find_place(histogram, histogram->scratch, size);
	if (*place)
		return &histogram->sections[*place - 1];
	section = add_section(histogram, histogram->scratch, size);
	if (section)
		*place = histogram->nsections;
	return section;
}

static int read_count(const struct histogram *histogram, const unsigned char *leaf, uint64_t *count)
{
	const struct cbcc_table *t = histogram->table;
	uint64_t one;
	int err = 0;

	*count = 0;
	for (unsigned int cpu = 0; cpu < t->ncpus && !err; cpu++) {
		err = cbcc_field_get_u64(&histogram->leaf, leaf + cpu * table_stride(t), &one);
		*count += err ? 0 : one;
	}
	return err;
}

static int add_entry(void *ctx, const void *key, const void *leaf)
{
	struct histogram *histogram = ctx;
	struct section *section = find_section(histogram, key);
	uint64_t slot, count;
	int err;

	if (!section)
		return -ENOMEM;
	err = cbcc_field_get_u64(&histogram->slot, key, &slot);
	err = err ? err : read_count(histogram, leaf, &count);
	if (err || !count)
		return err;
	if (slot >= histogram->slots)
		return error_say(-ERANGE, "the slot %lld of table '%s' exceeds the highest, %zu",
				 (long long)slot, histogram->table->name, histogram->slots - 1);
	section->counts[slot] += count;
	if ((int)slot > section->last)
		section->last = (int)slot;
	if (section->counts[slot] > section->most)
		section->most = section->counts[slot];
	return 0;
}

static int compare(const void *a, const void *b, void *ctx)
{
	const struct cbcc_hist_opts *opts = ctx;

	return opts->compare(opts->ctx, ((const struct section *)a)->bucket,
			     ((const struct section *)b)->bucket);
}

static int read_opts(struct histogram *histogram, const struct cbcc_hist_opts *opts)
{
	int err = opts_copy(&histogram->opts, sizeof histogram->opts, opts, "cbcc_hist_opts");

	if (!histogram->opts.val_type)
		histogram->opts.val_type = "value";
	if (!histogram->opts.section_header)
		histogram->opts.section_header = "Bucket ptr";
	return err;
}

int histogram_read(struct histogram *histogram, struct cbcc_table *t, size_t slots,
		   const struct cbcc_hist_opts *opts, const char *call)
{
	int err;

	*histogram = (struct histogram){ .table = t, .slots = slots };
	err = read_opts(histogram, opts);
	if (!err)
		err = find_fields(histogram, call);
	if (!err && !histogram->bucket.type && !add_section(histogram, NULL, 0))
		err = -ENOMEM;
	if (!err) {
		histogram->scratch = malloc(bucket_room(histogram));
		if (!histogram->scratch)
			err = error_set(-ENOMEM, "cannot print table '%s'", t->name);
	}
	if (!err)
		err = cbcc_table_for_each(t, add_entry, histogram);
	if (!err && histogram->bucket.type && histogram->opts.compare && histogram->nsections)
		qsort_r(histogram->sections, histogram->nsections, sizeof *histogram->sections, compare,
			&histogram->opts);
	return err;
}

void histogram_free(struct histogram *histogram)
{
	for (size_t i = 0; i < histogram->nsections; i++) {
		free(histogram->sections[i].bucket);
		free(histogram->sections[i].counts);
	}
	free(histogram->sections);
	free(histogram->index);
	free(histogram->scratch);
}
