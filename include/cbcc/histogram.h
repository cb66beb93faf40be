/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: tables printed as histograms, in BCC's layout. A part of cbcc.h.
 *
 * A key is a slot, or a struct whose first member is what the histogram is of (its section) and whose second is the
 * slot: struct { u32 pid; u64 slot; }. Leaves are counts; those of a per-CPU table are added up.
 */
#ifndef CBCC_HISTOGRAM_H
#define CBCC_HISTOGRAM_H

#include <stdio.h>

#include "base.h"
#include "table.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The most bytes of what cbcc_hist_opts.bucket makes. */
#define CBCC_HIST_BUCKET_SIZE 256

/** Options of the histogram calls. */
struct cbcc_hist_opts {
	size_t sz;                  /**< sizeof(struct cbcc_hist_opts) */
	const char *val_type;       /**< the head of the column of values; NULL: "value" */
	const char *section_header; /**< what a section's line begins with; NULL: "Bucket ptr" */
	/**
	 * Writes what a section is called; bucket is the key's first member, or what bucket made of it. NULL: a number in
	 * decimal, a char array as text, all else as cbcc_type_format() writes it. BCC: section_print_fn=
	 */
	void (*section_name)(void *ctx, const void *bucket, char *name, size_t size);
	/**
	 * Makes of the key's first member what the sections are made by: keys for which it makes the same are in one
	 * section. Writes up to CBCC_HIST_BUCKET_SIZE bytes and returns how many. BCC: bucket_fn=
	 */
	size_t (*bucket)(void *ctx, const void *member, void *bucket);
	/** Orders the sections, as for qsort(). NULL: as the table has them. BCC: bucket_sort_fn= */
	int (*compare)(void *ctx, const void *bucket_a, const void *bucket_b);
	void *ctx;               /**< first argument of these functions */
	bool strip_leading_zero; /**< leave out the rows before the first that counts */
};

/**
 * Prints a histogram of powers of two: slot i counts the values from 2^(i-1) to 2^i - 1, as bpf_log2l() gives it.
 * Nothing if only slot 0 counts.
 *
 * BCC: table.print_log2_hist(val_type, section_header, section_print_fn, bucket_fn, strip_leading_zero, bucket_sort_fn)
 *
 * @param out   is written to, and not flushed
 * @param opts  NULL for defaults
 * @return 0; -ERANGE (a slot beyond 64), -EOPNOTSUPP (keys or leaves of another kind), -EIO (writing failed)
 */
CBCC_API int cbcc_table_print_log2_hist(struct cbcc_table *t, FILE *out, const struct cbcc_hist_opts *opts);

/**
 * Prints a histogram whose slots are the values themselves, from 0 to 1024.
 *
 * BCC: table.print_linear_hist(...)
 *
 * @param out   as for cbcc_table_print_log2_hist(), and opts
 * @return as cbcc_table_print_log2_hist(); -ERANGE for a slot beyond 1024
 */
CBCC_API int cbcc_table_print_linear_hist(struct cbcc_table *t, FILE *out, const struct cbcc_hist_opts *opts);

/**
 * Prints a histogram of powers of two as JSON, an object on a line for each section: "ts", "val_type", "data" (of
 * "interval-start", "interval-end", "count"), and the section's name under its header. BCC prints the same as Python.
 *
 * BCC: table.print_json_hist(...)
 *
 * @param out   as for cbcc_table_print_log2_hist(), and opts
 * @return as cbcc_table_print_log2_hist()
 */
CBCC_API int cbcc_table_print_json_hist(struct cbcc_table *t, FILE *out, const struct cbcc_hist_opts *opts);

/**
 * Prints a histogram whose slots are the values themselves in the same form, from 0 to the highest that counts; the
 * start and the end of each interval are the same.
 *
 * BCC: none
 *
 * @param out   as for cbcc_table_print_log2_hist(), and opts
 * @return as cbcc_table_print_linear_hist()
 */
CBCC_API int cbcc_table_print_json_linear_hist(struct cbcc_table *t, FILE *out, const struct cbcc_hist_opts *opts);

#ifdef __cplusplus
}
#endif

#endif
