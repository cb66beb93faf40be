/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/build_id.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/whole_file.h"

#define NOTES_MAX 65536

static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

size_t build_id_find(const void *notes, size_t size, unsigned char id[BUILD_ID_MAX])
{
	const char *at = notes, *end = at + size;
	Elf32_Nhdr note; /* the same as Elf64_Nhdr */

	while ((size_t)(end - at) >= sizeof note) {
		size_t name, whole;

		memcpy(&note, at, sizeof note);
		name = padded(note.n_namesz);
		whole = sizeof note + name + padded(note.n_descsz);
		if (note.n_namesz > size || note.n_descsz > size || whole > (size_t)(end - at))
			return 0;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof ELF_NOTE_GNU &&
		    !memcmp(at + sizeof note, ELF_NOTE_GNU, sizeof ELF_NOTE_GNU) &&
		    note.n_descsz <= BUILD_ID_MAX) {
			memcpy(id, at + sizeof note + name, note.n_descsz);
			return note.n_descsz;
		}
		at += whole;
	}
	return 0;
}

size_t build_id_read(const char *path, unsigned char id[BUILD_ID_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size, found = 0;
	void *notes;

	if (fd < 0)
		return 0;
	if (whole_file_pread(fd, NOTES_MAX, &notes, &size) == 0) {
		found = build_id_find(notes, size, id);
		free(notes);
	}
	close(fd);
	return found;
}

void build_id_text(const unsigned char *id, size_t size, char *text)
{
	*text = '\0';
	for (size_t i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", id[i]);
}
