/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a tracepoint records: tracefs' events/CATEGORY/EVENT/format, taken apart. A line of it is
 *
 *     field:__data_loc char[] filename;	offset:8;	size:4;	signed:0;
 *
 * The declaration is C, more or less, and says what the kernel's source says; the numbers say what is in memory. They
 * need not agree: a system call's "int fd" has eight bytes.
 */
#ifndef CBCC_TRACEPOINT_FORMAT_H
#define CBCC_TRACEPOINT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum tracepoint_storage {
	TRACEPOINT_INLINE,   /* the value itself */
	TRACEPOINT_DATA_LOC, /* an int: where in the record the value is (low half), and its size (high half) */
	TRACEPOINT_REL_LOC, /* the same, counted from the end of the int */
};

struct tracepoint_field {
	char *name;
	/* "unsigned long", "struct file", "pid_t": words and single blanks, no qualifiers; "" if not understood */
	char *type;
	unsigned int pointers; /* stars behind the type */
	char *dimension; /* what is between the brackets: "16", "TASK_COMM_LEN", ""; NULL if it is no array */
	enum tracepoint_storage storage;
	bool is_signed;
	bool is_common; /* of the header that all tracepoints share */
	size_t offset;  /* in bytes, as is size */
	size_t size;
};

struct tracepoint_format {
	struct tracepoint_field *fields; /* in the order of their offsets, not overlapping */
	size_t nfields;
};

/** Takes a format file's text apart. 0, -EINVAL (the text is none), -ENOMEM. *format is always to be freed. */
int tracepoint_format_parse(const char *text, struct tracepoint_format *format);

/** The same for an open file, read to its end. Also the errno of read(2). */
int tracepoint_format_read(int fd, struct tracepoint_format *format);

void tracepoint_format_free(struct tracepoint_format *format);

#ifdef __cplusplus
}
#endif

#endif
