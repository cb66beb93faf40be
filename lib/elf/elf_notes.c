/* SPDX-License-Identifier: Apache-2.0 */
#include "elf/elf_notes.h"

#include <errno.h>
#include <string.h>

static int walk(Elf_Data *data, elf_note_fn fn, void *ctx)
{
	size_t at = 0, name, content;
	GElf_Nhdr header;
	int stop = 0;

	while (!stop && (at = gelf_getnote(data, at, &header, &name, &content)) > 0) {
		const char *bytes = data->d_buf;

		stop = fn(ctx, &(struct elf_note){ .owner = bytes + name,
						   .owner_size = header.n_namesz,
						   .type = header.n_type,
						   .data = bytes + content,
						   .size = header.n_descsz });
	}
	return stop;
}

static int walk_sections(const struct elf_file *file, elf_note_fn fn, void *ctx, bool *found)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	int stop = 0;

	while (!stop && (section = elf_nextscn(file->elf, section)) != NULL) {
		Elf_Data *data;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_NOTE)
			continue;
		*found = true;
		stop = elf_section_data(section, &data);
		if (!stop && data)
			stop = walk(data, fn, ctx);
	}
	return stop;
}

static int walk_segments(const struct elf_file *file, elf_note_fn fn, void *ctx)
{
	GElf_Phdr header;
	size_t count;
	int stop = 0;

	if (elf_getphdrnum(file->elf, &count) != 0)
		return -EBADMSG;
	for (size_t i = 0; !stop && i < count && gelf_getphdr(file->elf, (int)i, &header); i++) {
		Elf_Data *data;

		if (header.p_type != PT_NOTE || !header.p_filesz)
			continue;
		if (header.p_filesz > ELF_SECTION_MAX)
			return -EFBIG;
		data = elf_getdata_rawchunk(file->elf, (int64_t)header.p_offset, header.p_filesz,
					    header.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
		stop = data ? walk(data, fn, ctx) : -EBADMSG;
	}
	return stop;
}

int elf_notes_for_each(const struct elf_file *file, elf_note_fn fn, void *ctx)
{
	bool found = false;
	int stop = walk_sections(file, fn, ctx, &found);

	return stop || found ? stop : walk_segments(file, fn, ctx);
}

bool elf_note_is(const struct elf_note *note, const char *owner, uint32_t type)
{
	return note->type == type && note->owner_size == strlen(owner) + 1 &&
	       memcmp(note->owner, owner, note->owner_size) == 0;
}

struct build_id {
	unsigned char *bytes;
	size_t size;
};

static int take_build_id(void *ctx, const struct elf_note *note)
{
	struct build_id *id = ctx;

	if (!elf_note_is(note, ELF_NOTE_GNU, NT_GNU_BUILD_ID) || note->size > BUILD_ID_MAX)
		return 0;
	memcpy(id->bytes, note->data, note->size);
	id->size = note->size;
	return 1;
}

size_t elf_build_id(const struct elf_file *file, unsigned char bytes[BUILD_ID_MAX])
{
	struct build_id id = { bytes, 0 };

	return elf_notes_for_each(file, take_build_id, &id) == 1 ? id.size : 0;
}
