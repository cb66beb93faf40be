/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of a note "stapsdt", type 3: three addresses, of the probe, of the section .stapsdt.base when the note was made, and
 * of the semaphore; then three strings. Where that section is now, all addresses are off by as much.
 */
#include "usdt/notes.h"

#include <string.h>

#include "elf/elf_notes.h"

#define OWNER "stapsdt"
#define TYPE 3

struct walk {
	const struct elf_file *file;
	usdt_note_fn fn;
	void *ctx;
	uint64_t base; /* 0: there is no such section */
};

static uint64_t read_address(const struct walk *walk, const unsigned char *bytes)
{
	size_t size = walk->file->header.e_ident[EI_CLASS] == ELFCLASS32 ? 4 : 8;
	bool big = walk->file->header.e_ident[EI_DATA] == ELFDATA2MSB;
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | bytes[big ? i : size - 1 - i];
	return value;
}

static const char *next_string(const char *string, const char *end)
{
	const char *nul = string ? memchr(string, '\0', (size_t)(end - string)) : NULL;

	return nul ? nul + 1 : NULL;
}

static int take(void *ctx, const struct elf_note *raw)
{
	const struct walk *walk = ctx;
	size_t size = walk->file->header.e_ident[EI_CLASS] == ELFCLASS32 ? 4 : 8;
	const char *bytes = raw->data, *end = bytes + raw->size;
	struct usdt_note note;
	uint64_t moved;

	if (!elf_note_is(raw, OWNER, TYPE) || raw->size < 3 * size)
		return 0;
	note.provider = bytes + 3 * size;
	note.name = next_string(note.provider, end);
	note.arguments = next_string(note.name, end);
	if (!next_string(note.arguments, end))
		return 0;
	moved = walk->base ? walk->base - read_address(walk, raw->data + size) : 0;
	note.address = read_address(walk, raw->data) + moved;
	note.semaphore = read_address(walk, raw->data + 2 * size);
	if (note.semaphore)
		note.semaphore += moved;
	return walk->fn(walk->ctx, &note);
}

int usdt_notes_for_each(const struct elf_file *file, usdt_note_fn fn, void *ctx)
{
	struct walk walk = { file, fn, ctx, 0 };
	GElf_Shdr header;

	if (elf_section_find(file, ".stapsdt.base", &header))
		walk.base = header.sh_addr;
	return elf_notes_for_each(file, take, &walk);
}
