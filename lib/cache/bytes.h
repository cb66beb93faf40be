/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes written one after another, and read in the same order. A failure (no memory; nothing left to read) stays, so that
 * it need be asked for only once, at the end.
 */
#ifndef CBCC_BYTES_H
#define CBCC_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	char *data;
	size_t size, room;
	bool failed;
};

void bytes_put(struct bytes *bytes, const void *data, size_t size);
void bytes_put_number(struct bytes *bytes, uint64_t number);
/** With its size before it. NULL is not the same as nothing. */
void bytes_put_block(struct bytes *bytes, const void *data, size_t size);
/** A block of a string's characters. */
void bytes_put_string(struct bytes *bytes, const char *string);
void bytes_free(struct bytes *bytes);

struct bytes_reader {
	const char *at, *end;
	bool failed;
};

uint64_t bytes_get_number(struct bytes_reader *reader);
/** The number of elements that follow, of which each takes that many bytes or more. */
size_t bytes_get_count(struct bytes_reader *reader, size_t least);
/** Where the block is, or NULL. */
const void *bytes_get_block(struct bytes_reader *reader, size_t *size);
/** Copies of blocks, with a NUL behind. NULL for NULL, and if that fails. */
void *bytes_copy_block(struct bytes_reader *reader, size_t *size);
char *bytes_copy_string(struct bytes_reader *reader);

#endif
