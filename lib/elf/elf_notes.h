/* SPDX-License-Identifier: Apache-2.0 */
/* The notes of an ELF file: among them its build id. Errors as in elf_file.h. */
#ifndef CBCC_ELF_NOTES_H
#define CBCC_ELF_NOTES_H

#include "elf/elf_file.h"
#include "kernel/build_id.h"

struct elf_note {
	const char *owner; /* as long as owner_size says, with a NUL or without */
	size_t owner_size;
	uint32_t type;
	const void *data;
	size_t size;
};

/** Not 0 ends the iteration, which then returns it. */
typedef int (*elf_note_fn)(void *ctx, const struct elf_note *note);

/** All notes, by sections or, in a file without, by segments. 0, what fn returned, or an error. */
int elf_notes_for_each(const struct elf_file *file, elf_note_fn fn, void *ctx);

bool elf_note_is(const struct elf_note *note, const char *owner, uint32_t type);

/** The file's build id: its size in bytes, 0 if it has none. */
size_t elf_build_id(const struct elf_file *file, unsigned char id[BUILD_ID_MAX]);

#endif
