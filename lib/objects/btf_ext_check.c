/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/bpf.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "objects/btf_check.h"

#define DAMAGED "its lines and relocations are damaged"
#define MAX_LINES (1u << 20)

/* libbpf has these in private headers. Offsets are from the end of the header. */
struct ext_header {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t size;
	uint32_t functions, functions_size;
	uint32_t lines, lines_size;
	uint32_t accesses, accesses_size; /* not in the first version, whose header ends here */
};

#define SHORT_HEADER offsetof(struct ext_header, accesses)

struct ext_section {
	uint32_t name, count;
};

struct part {
	uint32_t offset, size, least; /* of a record */
};

static bool check_record(const void *record, const struct btf_header *btf, uint32_t ntypes, uint32_t kind)
{
	const uint32_t *words = record;

	if (words[0] % sizeof(struct bpf_insn))
		return false;
	switch (kind) {
	case 0: /* function: its type */
		return words[1] && words[1] < ntypes;
	case 1: /* line: file, text */
		return words[1] < btf->str_len && words[2] < btf->str_len;
	default: /* access: type, path, kind */
		return words[1] && words[1] < ntypes && words[2] < btf->str_len;
	}
}

/* Sections of code, each with its name and records; all of one size, which comes first. */
static bool check_part(const char *data, const struct part *part, const struct btf_header *btf,
		       uint32_t ntypes, uint32_t kind)
{
	const char *at = data + part->offset, *end = at + part->size;
	uint32_t size;

	if (!part->size)
		return true;
	if (part->size < sizeof size)
		return false;
	memcpy(&size, at, sizeof size);
	at += sizeof size;
	if (size < part->least || size % 4 || size > 256)
		return false;
	while (at < end) {
		const struct ext_section *section = (const void *)at;

		if ((size_t)(end - at) < sizeof *section)
			return false;
		at += sizeof *section;
		if (section->name >= btf->str_len || !section->count || section->count > MAX_LINES ||
		    (size_t)(end - at) / size < section->count)
			return false;
		for (uint32_t i = 0; i < section->count; i++, at += size)
			if (!check_record(at, btf, ntypes, kind))
				return false;
	}
	return true;
}

const char *btf_ext_check(const void *data, size_t size, const void *btf)
{
	const struct ext_header *header = data;
	uint32_t ntypes = btf_count_types(btf);
	bool has_accesses;
	size_t rest;

	if (size < SHORT_HEADER || header->magic != BTF_MAGIC || header->version != BTF_VERSION ||
	    header->flags || header->size < SHORT_HEADER || header->size > size || header->size % 4)
		return DAMAGED;
	has_accesses = header->size >= sizeof *header;
	rest = size - header->size;
	const struct part parts[] = {
		{ header->functions, header->functions_size, 8 },
		{ header->lines, header->lines_size, 16 },
		{ has_accesses ? header->accesses : 0, has_accesses ? header->accesses_size : 0, 16 },
	};
	for (uint32_t i = 0; i < 3; i++)
		if (parts[i].offset % 4 || parts[i].offset > rest || parts[i].size > rest - parts[i].offset ||
		    !check_part((const char *)data + header->size, &parts[i], btf, ntypes, i))
			return DAMAGED;
	return NULL;
}
