/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers by the hash of a name, for tens of thousands of names within a millisecond: names are neither copied nor
 * compared here. A look-up goes through the candidates in the order in which they were added:
 *
 *     uint32_t at = name_hash(name, end), number;
 *
 *     while ((number = name_index_next(&index, &at)))
 *             if (strcmp(name_of(number), name) == 0)
 *                     return number;
 */
#ifndef CBCC_NAME_INDEX_H
#define CBCC_NAME_INDEX_H

#include <stddef.h>
#include <stdint.h>

struct name_index {
	uint32_t *slots; /* 0 is free; NULL before name_index_init() */
	uint32_t mask;
};

/** The hash of a string that ends before end, the end of the memory that may be read. */
uint32_t name_hash(const char *name, const char *end);

/** Makes room for that many names, which is final. 0 or -ENOMEM. */
int name_index_init(struct name_index *index, size_t names);
void name_index_free(struct name_index *index);

/** number is not 0. */
void name_index_add(struct name_index *index, uint32_t hash, uint32_t number);

/** The candidate at *at, which moves on; 0 behind the last. There are candidates of other hashes among them. */
uint32_t name_index_next(const struct name_index *index, uint32_t *at);

#endif
