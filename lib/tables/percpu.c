/* SPDX-License-Identifier: Apache-2.0 */
/* Values that have a leaf for every processor. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "tables/table.h"

int cbcc_num_possible_cpus(void)
{
	int count = libbpf_num_possible_cpus();

	return count > 0 ? count : error_set(count, "cannot find out which processors there can be");
}

size_t table_stride(const struct cbcc_table *t)
{
	return (t->leaf_size + 7) / 8 * 8;
}

/* What the leaf of each processor is put into. */
struct reduction {
	bool is_signed;
	uint64_t sum, max;
};

static void reduce(struct reduction *reduction, uint64_t leaf, bool first)
{
	bool greater = reduction->is_signed ? (int64_t)leaf > (int64_t)reduction->max : leaf > reduction->max;

	reduction->sum += leaf;
	if (first || greater)
		reduction->max = leaf;
}

static int reduce_value(const struct cbcc_table *t, const unsigned char *value, struct reduction *reduction)
{
	struct cbcc_field leaf;
	uint64_t number;
	int err = cbcc_type_find(t->leaf_type, "", &leaf);

	for (unsigned int cpu = 0; cpu < t->ncpus && !err; cpu++) {
		err = cbcc_field_get_u64(&leaf, value + cpu * table_stride(t), &number);
		if (!err)
			reduce(reduction, number, cpu == 0);
	}
	return err;
}

static int reduce_entry(struct cbcc_table *t, const char *call, const void *key, const void *result,
			struct reduction *reduction)
{
	int err = table_check(t, TABLE_PER_CPU, call, key, result);
	unsigned char *value;

	if (err)
		return err;
	if (!t->leaf_type)
		return error_say(-EOPNOTSUPP, "%s: the text does not say what the leaves of table '%s' are",
				 call, t->name);
	value = malloc(t->value_size);
	if (!value)
		return error_set(-ENOMEM, "%s: table '%s'", call, t->name);
	reduction->is_signed = cbcc_type_is_signed(t->leaf_type);
	err = cbcc_table_lookup(t, key, value);
	if (!err)
		err = reduce_value(t, value, reduction);
	free(value);
	return err;
}

int cbcc_table_sum(struct cbcc_table *t, const void *key, uint64_t *sum)
{
	struct reduction reduction = { 0 };
	int err = reduce_entry(t, "cbcc_table_sum", key, sum, &reduction);

	if (!err)
		*sum = reduction.sum;
	return err;
}

int cbcc_table_max(struct cbcc_table *t, const void *key, uint64_t *max)
{
	struct reduction reduction = { 0 };
	int err = reduce_entry(t, "cbcc_table_max", key, max, &reduction);

	if (!err)
		*max = reduction.max;
	return err;
}

int cbcc_table_average(struct cbcc_table *t, const void *key, double *average)
{
	struct reduction reduction = { 0 };
	int err = reduce_entry(t, "cbcc_table_average", key, average, &reduction);

	if (!err)
		*average = (reduction.is_signed ? (double)(int64_t)reduction.sum : (double)reduction.sum) /
			   t->ncpus;
	return err;
}
