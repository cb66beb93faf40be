/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cache: maybe entries as of old (glibc before 2.32), then a header, entries that have offsets from that header, and
 * strings. All numbers are the machine's own.
 */
#include "process/ld_cache.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define OLD_MAGIC "ld.so-1.7.0"
#define NEW_MAGIC "glibc-ld.so.cache1.1"

struct old_header {
	char magic[sizeof OLD_MAGIC - 1];
	uint32_t count;
};

#define OLD_ENTRY_SIZE 12

struct header {
	char magic[sizeof NEW_MAGIC - 1];
	uint32_t count, strings_size;
	uint32_t unused[5];
};

struct entry {
	int32_t flags;
	uint32_t key, value; /* strings */
	uint32_t os_version;
	uint64_t hardware;
};

/* Of an entry's flags: the architecture that the library is for. */
#define ARCHITECTURE 0xff00
#if defined(__x86_64__)
#define OWN_ARCHITECTURE 0x0300
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE 0x0a00
#elif defined(__s390x__)
#define OWN_ARCHITECTURE 0x0400
#elif defined(__powerpc64__)
#define OWN_ARCHITECTURE 0x0500
#elif defined(__riscv)
#define OWN_ARCHITECTURE 0x1000
#elif defined(__loongarch64)
#define OWN_ARCHITECTURE 0x1200
#else
#define OWN_ARCHITECTURE 0
#endif

/* The header that counts, or NULL; *size becomes what is from there on. */
static const char *find_header(const char *content, size_t *size, struct header *header)
{
	struct old_header old;
	size_t at = 0;

	if (*size >= sizeof old && memcmp(content, OLD_MAGIC, sizeof OLD_MAGIC - 1) == 0) {
		memcpy(&old, content, sizeof old);
		if (old.count > (*size - sizeof old) / OLD_ENTRY_SIZE)
			return NULL;
		at = (sizeof old + old.count * (size_t)OLD_ENTRY_SIZE + 7) & ~(size_t)7;
	}
	if (at > *size || *size - at < sizeof *header)
		return NULL;
	memcpy(header, content + at, sizeof *header);
	*size -= at;
	if (memcmp(header->magic, NEW_MAGIC, sizeof header->magic) != 0 ||
	    header->count > (*size - sizeof *header) / sizeof(struct entry))
		return NULL;
	return content + at;
}

static const char *string_at(const char *content, size_t size, uint32_t at)
{
	return at < size && memchr(content + at, '\0', size - at) ? content + at : NULL;
}

static bool is_named(const char *name, const char *wanted)
{
	size_t length = strlen(wanted);

	return strncmp(name, wanted, length) == 0 && (!name[length] || name[length] == '.');
}

bool ld_cache_find(const void *content, size_t size, const char *soname, char *path, size_t path_size)
{
	struct header header;
	const char *begin = find_header(content, &size, &header);

	for (uint32_t i = 0; begin && i < header.count; i++) {
		struct entry entry;
		const char *name, *value;

		memcpy(&entry, begin + sizeof header + i * sizeof entry, sizeof entry);
		if ((entry.flags & ARCHITECTURE) != OWN_ARCHITECTURE)
			continue;
		name = string_at(begin, size, entry.key);
		value = string_at(begin, size, entry.value);
		if (name && value && is_named(name, soname))
			return snprintf(path, path_size, "%s", value) < (int)path_size;
	}
	return false;
}
