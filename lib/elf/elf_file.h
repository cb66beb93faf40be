/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ELF files of any machine, read by libelf. Files may be hostile: they are read, never mapped, so that one that is cut
 * off meanwhile is an error and no SIGBUS, and what they say of sizes is checked.
 *
 * A file is used by one thread at a time. Errors are returned, the thread's error is not set: -ENOEXEC (no ELF file),
 * -EBADMSG (a damaged one), -EFBIG (a section of a size that no program has), -ENOMEM, and those of reading.
 */
#ifndef CBCC_ELF_FILE_H
#define CBCC_ELF_FILE_H

#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a section or segment that is read, in bytes. */
#define ELF_SECTION_MAX (1ull << 30)

enum elf_kind {
	ELF_EXECUTABLE, /* at fixed addresses */
	ELF_PIE,        /* an executable that is loaded anywhere */
	ELF_SHARED,     /* a library */
	ELF_OTHER,      /* relocatable, a core */
};

/* A part of the file that is loaded: addresses [address, address + file_size) are file offsets [offset, ...). */
struct elf_segment {
	uint64_t address, offset, file_size, memory_size;
	bool executable;
};

struct elf_file {
	Elf *elf;
	int fd;      /* -1: an image in memory */
	void *image; /* NULL: a file */
	GElf_Ehdr header;
	enum elf_kind kind;
	struct elf_segment *segments; /* in the file's order */
	size_t nsegments;
};

/** Of an open file, which the result owns, and closes also if this fails. */
int elf_file_open_fd(int fd, struct elf_file **file);

int elf_file_open(const char *path, struct elf_file **file);

/** Of a copy of what is in memory, as a vDSO. */
int elf_file_open_memory(const void *image, size_t size, struct elf_file **file);

/** NULL is accepted. */
void elf_file_close(struct elf_file *file);

/** Where in the file is what is loaded at an address of the file's own, or the reverse; false: nowhere. */
bool elf_address_to_offset(const struct elf_file *file, uint64_t address, uint64_t *offset);
bool elf_offset_to_address(const struct elf_file *file, uint64_t offset, uint64_t *address);

/** The section of that name with its header, or NULL. */
Elf_Scn *elf_section_find(const struct elf_file *file, const char *name, GElf_Shdr *header);

/** The content of a section; NULL in *data if it has none in this file. */
int elf_section_data(Elf_Scn *section, Elf_Data **data);

#endif
