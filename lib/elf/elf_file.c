/* SPDX-License-Identifier: Apache-2.0 */
#include "elf/elf_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/files.h"

static bool has_flag_pie(const struct elf_file *file)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	GElf_Dyn entry;
	Elf_Data *data = NULL;

	while ((section = elf_nextscn(file->elf, section)) != NULL)
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_DYNAMIC)
			break;
	if (!section || elf_section_data(section, &data) || !data)
		return false;
	for (int i = 0; gelf_getdyn(data, i, &entry) && entry.d_tag != DT_NULL; i++)
		if (entry.d_tag == DT_FLAGS_1)
			return entry.d_un.d_val & DF_1_PIE;
	return false;
}

/* Libraries may have an interpreter, too, as the C library has; old programs have no flag. */
static enum elf_kind kind_of(const struct elf_file *file, bool has_interpreter)
{
	if (file->header.e_type == ET_EXEC)
		return ELF_EXECUTABLE;
	if (file->header.e_type != ET_DYN)
		return ELF_OTHER;
	if (has_flag_pie(file))
		return ELF_PIE;
	return has_interpreter && !elf_section_find(file, ".gnu.version_d", &(GElf_Shdr){ 0 }) ? ELF_PIE
											       : ELF_SHARED;
}

static int read_segments(struct elf_file *file)
{
	bool has_interpreter = false;
	size_t count;

	if (elf_getphdrnum(file->elf, &count) != 0)
		return -EBADMSG;
	file->segments = calloc(count ? count : 1, sizeof *file->segments);
	if (!file->segments)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr header;

		if (!gelf_getphdr(file->elf, (int)i, &header))
			return -EBADMSG;
		has_interpreter |= header.p_type == PT_INTERP;
		if (header.p_type == PT_LOAD)
			file->segments[file->nsegments++] = (struct elf_segment){
				.address = header.p_vaddr,
				.offset = header.p_offset,
				.file_size = header.p_filesz,
				.memory_size = header.p_memsz,
				.executable = header.p_flags & PF_X,
			};
	}
	file->kind = kind_of(file, has_interpreter);
	return 0;
}

static int read_file(struct elf_file *file)
{
	if (!file->elf || elf_kind(file->elf) != ELF_K_ELF || !gelf_getehdr(file->elf, &file->header))
		return -ENOEXEC;
	return read_segments(file);
}

static int finish(struct elf_file *file, struct elf_file **result)
{
	int err = read_file(file);

	if (err)
		elf_file_close(file);
	else
		*result = file;
	return err;
}

int elf_file_open_fd(int fd, struct elf_file **result)
{
	struct elf_file *file = calloc(1, sizeof *file);

	*result = NULL;
	if (!file) {
		close(fd);
		return -ENOMEM;
	}
	file->fd = fd;
	elf_version(EV_CURRENT);
	file->elf = elf_begin(fd, ELF_C_READ, NULL);
	return finish(file, result);
}

int elf_file_open(const char *path, struct elf_file **file)
{
	int fd = file_open_below(OWN_ROOT, path);

	*file = NULL;
	return fd < 0 ? fd : elf_file_open_fd(fd, file);
}

int elf_file_open_memory(const void *image, size_t size, struct elf_file **result)
{
	struct elf_file *file = calloc(1, sizeof *file);

	*result = NULL;
	if (!file)
		return -ENOMEM;
	file->fd = -1;
	file->image = malloc(size ? size : 1);
	if (!file->image) {
		free(file);
		return -ENOMEM;
	}
	memcpy(file->image, image, size);
	elf_version(EV_CURRENT);
	file->elf = elf_memory(file->image, size);
	return finish(file, result);
}

void elf_file_close(struct elf_file *file)
{
	if (!file)
		return;
	elf_end(file->elf);
	if (file->fd >= 0)
		close(file->fd);
	free(file->image);
	free(file->segments);
	free(file);
}

bool elf_address_to_offset(const struct elf_file *file, uint64_t address, uint64_t *offset)
{
	for (size_t i = 0; i < file->nsegments; i++) {
		const struct elf_segment *segment = &file->segments[i];

		if (address < segment->address || address - segment->address >= segment->file_size)
			continue;
		*offset = address - segment->address + segment->offset;
		return true;
	}
	return false;
}

/* Segments overlap in the file where pages do: code is preferred. */
bool elf_offset_to_address(const struct elf_file *file, uint64_t offset, uint64_t *address)
{
	bool found = false;

	for (size_t i = 0; i < file->nsegments; i++) {
		const struct elf_segment *segment = &file->segments[i];

		if (offset < segment->offset || offset - segment->offset >= segment->file_size ||
		    (found && !segment->executable))
			continue;
		*address = offset - segment->offset + segment->address;
		found = true;
	}
	return found;
}

Elf_Scn *elf_section_find(const struct elf_file *file, const char *name, GElf_Shdr *header)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_getshdrstrndx(file->elf, &names) != 0)
		return NULL;
	while ((section = elf_nextscn(file->elf, section)) != NULL) {
		const char *found =
			gelf_getshdr(section, header) ? elf_strptr(file->elf, names, header->sh_name) : NULL;

		if (found && strcmp(found, name) == 0)
			return section;
	}
	return NULL;
}

int elf_section_data(Elf_Scn *section, Elf_Data **data)
{
	GElf_Shdr header;

	*data = NULL;
	if (!gelf_getshdr(section, &header))
		return -EBADMSG;
	if (header.sh_type == SHT_NOBITS || !header.sh_size)
		return 0;
	if (header.sh_size > ELF_SECTION_MAX)
		return -EFBIG;
	*data = elf_getdata(section, NULL);
	if (!*data)
		return -EBADMSG;
	if (!(*data)->d_buf)
		*data = NULL;
	return 0;
}
