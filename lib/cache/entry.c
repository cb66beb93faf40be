/* SPDX-License-Identifier: Apache-2.0 */
#include "cache/entry.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "cache/recheck.h"
#include "cache/unit.h"
#include "module/module.h"

struct header {
	char magic[8];
	XXH128_hash_t checksum; /* of what follows */
};

static const char magic[8] = "CBCCUNIT";

void entry_name(const struct bytes *key, char name[ENTRY_NAME_SIZE])
{
	XXH128_hash_t hash = XXH3_128bits(key->data, key->size);

	snprintf(name, ENTRY_NAME_SIZE, "%016" PRIx64 "%016" PRIx64 ".cbcc", hash.high64, hash.low64);
}

void entry_put(struct bytes *entry, const struct bytes *key, const struct facts *facts,
	       const struct compiled *unit)
{
	struct header header = { 0 };

	bytes_put(entry, &header, sizeof header);
	bytes_put_block(entry, key->data, key->size);
	facts_put(entry, facts);
	unit_put(entry, unit);
	if (entry->failed)
		return;
	memcpy(header.magic, magic, sizeof magic);
	header.checksum = XXH3_128bits(entry->data + sizeof header, entry->size - sizeof header);
	memcpy(entry->data, &header, sizeof header);
}

static bool is_whole(const char *entry, size_t size)
{
	struct header header;

	if (size < sizeof header)
		return false;
	memcpy(&header, entry, sizeof header);
	return memcmp(header.magic, magic, sizeof magic) == 0 &&
	       XXH128_isEqual(header.checksum, XXH3_128bits(entry + sizeof header, size - sizeof header));
}

static bool is_key(struct bytes_reader *reader, const struct bytes *key)
{
	size_t size;
	const void *stored = bytes_get_block(reader, &size);

	return stored && size == key->size && memcmp(stored, key->data, size) == 0;
}

const char *entry_get(const void *entry, size_t size, const struct bytes *key, struct compiled *unit)
{
	struct bytes_reader reader = { .end = (const char *)entry + size };

	*unit = (struct compiled){ 0 };
	if (!is_whole(entry, size))
		return "it is damaged";
	reader.at = (const char *)entry + sizeof(struct header);
	if (!is_key(&reader, key))
		return "it is another program's";
	if (!facts_hold(&reader))
		return "what the program includes, or the kernel, has changed";
	unit_get(&reader, unit);
	if (!reader.failed && reader.at == reader.end)
		return NULL;
	compiler_release(unit);
	return "it cannot be read";
}
