/* SPDX-License-Identifier: Apache-2.0 */
#include "cache/bytes.h"

#include <stdlib.h>
#include <string.h>

#define NO_BLOCK UINT64_MAX

static bool reserve(struct bytes *bytes, size_t size)
{
	size_t room = bytes->room ? bytes->room : 4096;
	char *grown;

	while (room - bytes->size < size)
		room *= 2;
	if (room == bytes->room)
		return true;
	grown = realloc(bytes->data, room);
	if (!grown)
		return false;
	bytes->data = grown;
	bytes->room = room;
	return true;
}

void bytes_put(struct bytes *bytes, const void *data, size_t size)
{
	bytes->failed = bytes->failed || !reserve(bytes, size);
	if (bytes->failed || !size)
		return;
	memcpy(bytes->data + bytes->size, data, size);
	bytes->size += size;
}

void bytes_put_number(struct bytes *bytes, uint64_t number)
{
	bytes_put(bytes, &number, sizeof number);
}

void bytes_put_block(struct bytes *bytes, const void *data, size_t size)
{
	bytes_put_number(bytes, data ? size : NO_BLOCK);
	if (data)
		bytes_put(bytes, data, size);
}

void bytes_put_string(struct bytes *bytes, const char *string)
{
	bytes_put_block(bytes, string, string ? strlen(string) : 0);
}

void bytes_free(struct bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct bytes){ 0 };
}

static const char *take(struct bytes_reader *reader, uint64_t size)
{
	const char *taken = reader->at;

	if (reader->failed || size > (uint64_t)(reader->end - reader->at)) {
		reader->failed = true;
		return NULL;
	}
	reader->at += size;
	return taken;
}

uint64_t bytes_get_number(struct bytes_reader *reader)
{
	uint64_t number = 0;
	const char *taken = take(reader, sizeof number);

	if (taken)
		memcpy(&number, taken, sizeof number);
	return number;
}

size_t bytes_get_count(struct bytes_reader *reader, size_t least)
{
	uint64_t count = bytes_get_number(reader);

	if (reader->failed || count > (uint64_t)(reader->end - reader->at) / least) {
		reader->failed = true;
		return 0;
	}
	return count;
}

const void *bytes_get_block(struct bytes_reader *reader, size_t *size)
{
	uint64_t wanted = bytes_get_number(reader);
	const char *block = wanted == NO_BLOCK ? NULL : take(reader, wanted);

	*size = block ? wanted : 0;
	return block;
}

void *bytes_copy_block(struct bytes_reader *reader, size_t *size)
{
	const void *block = bytes_get_block(reader, size);
	char *made = block ? malloc(*size + 1) : NULL;

	if (block && !made)
		reader->failed = true;
	if (!made)
		return NULL;
	memcpy(made, block, *size);
	made[*size] = '\0';
	return made;
}

char *bytes_copy_string(struct bytes_reader *reader)
{
	size_t size;

	return bytes_copy_block(reader, &size);
}
