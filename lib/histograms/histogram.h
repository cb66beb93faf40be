/* SPDX-License-Identifier: Apache-2.0 */
/* A table as histograms: one, or one for each section. */
#ifndef CBCC_HISTOGRAM_PRIVATE_H
#define CBCC_HISTOGRAM_PRIVATE_H

#include "cbcc.h"

struct section {
	void *bucket; /* NULL: the histogram has no sections */
	size_t bucket_size;
	uint64_t *counts; /* by slot */
	int last;         /* the highest slot that counts; -1: none does */
	uint64_t most;    /* the highest count */
};

struct histogram {
	struct cbcc_table *table;
	struct cbcc_hist_opts opts; /* with the defaults filled in */
	size_t slots;
	struct cbcc_field slot, bucket,
		leaf; /* in keys, in keys, in leaves; bucket.type is NULL without sections */
	struct section *sections;
	size_t nsections;
	size_t *index; /* by the hash of their buckets: a section's number and 1, or 0 */
	size_t places; /* in the index; a power of two, at least twice the sections */
	void *scratch; /* the bucket of the key that is being read */
};

/** Reads the table, whose keys are below slots. 0, or -errno, error set; to be freed in any case. */
int histogram_read(struct histogram *histogram, struct cbcc_table *t, size_t slots,
		   const struct cbcc_hist_opts *opts, const char *call);

void histogram_free(struct histogram *histogram);

#endif
