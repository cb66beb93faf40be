/* SPDX-License-Identifier: Apache-2.0 */
#include "btf/name_index.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BYTES(b) (UINT64_C(0x0101010101010101) * (b))

/* Eight bytes at a time: bytewise, the hashes would take longer than all else that is done with a kernel's names. */
uint32_t name_hash(const char *name, const char *end)
{
	uint64_t hash = 0, word, zeros;

	do {
		word = 0;
		if (end - name >= (ptrdiff_t)sizeof word)
			memcpy(&word, name, sizeof word);
		else
			memcpy(&word, name, end - name);
		word = le64toh(word);
		zeros = (word - BYTES(0x01)) & ~word &
			BYTES(0x80); /* the lowest bit is that of the first zero */
		if (zeros)
			word &= ((zeros & -zeros) >> 7) - 1;
		hash = (hash ^ word) * 0x9e3779b97f4a7c15;
		hash ^= hash >> 32;
		name += sizeof word;
	} while (!zeros);
	return hash;
}

/* At most three quarters full. Look-ups go from a slot to the next, so that they see names in the order added. */
int name_index_init(struct name_index *index, size_t names)
{
	size_t size = 16;

	while (size / 4 * 3 < names)
		size *= 2;
	index->slots = calloc(size, sizeof *index->slots);
	index->mask = size - 1;
	return index->slots ? 0 : -ENOMEM;
}

void name_index_free(struct name_index *index)
{
	free(index->slots);
	index->slots = NULL;
}

void name_index_add(struct name_index *index, uint32_t hash, uint32_t number)
{
	uint32_t at = hash & index->mask;

	while (index->slots[at])
		at = (at + 1) & index->mask;
	index->slots[at] = number;
}

uint32_t name_index_next(const struct name_index *index, uint32_t *at)
{
	return index->slots[(*at)++ & index->mask];
}
