/* SPDX-License-Identifier: Apache-2.0 */
/* Values in aligned columns: one for each member of a struct, at any depth. */
#ifndef CBCC_COLUMNS_H
#define CBCC_COLUMNS_H

#include "value.h"

struct column {
	char *title;
	struct cbcc_field field; /* in the whole value */
	enum show show;
	size_t width; /* of the widest so far */
	bool right;   /* numbers stand at the right */
};

struct columns {
	const struct cbcc_type *type;
	struct column *items;
	size_t count;
	size_t nstacks; /* columns that are stacks, which stand below the line */
};

/** The columns of a type. A type that is no struct has one, of that title. */
void columns_init(struct columns *columns, const struct session *session, const struct cbcc_type *type,
		  const char *title);

/** Makes the columns wide enough for a value. */
void columns_measure(struct columns *columns, struct session *session, const void *data, size_t size);

/** Writes the titles; no blanks behind the last one if last. */
void columns_put_titles(const struct columns *columns, const struct session *session, bool last);

/** Writes a value, widening columns where it has to; without a newline. */
void columns_put(struct columns *columns, struct session *session, const void *data, size_t size, bool last);

/** Writes the stacks of a value, a line for each function. */
void columns_put_stacks(const struct columns *columns, struct session *session, const void *data);

/** Whether the titles are the same. */
bool columns_are_alike(const struct columns *a, const struct columns *b);

void columns_free(struct columns *columns);

#endif
