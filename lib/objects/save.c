/* SPDX-License-Identifier: Apache-2.0 */
/* Saving: the compiled object, with its description as one section more. libelf writes it, to a file in memory. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/whole_file.h"
#include "objects/description.h"

#define SAVED_MAX (256u << 20)

static bool write_all(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size) {
		ssize_t n = write(fd, at, size);

		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? n : 0;
		size -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* The names of sections with one more; its offset is the old size. To be freed. */
static char *more_names(Elf_Data *names, size_t *size)
{
	char *more = malloc(names->d_size + sizeof DESCRIPTION_SECTION);

	if (!more)
		return NULL;
	memcpy(more, names->d_buf, names->d_size);
	memcpy(more + names->d_size, DESCRIPTION_SECTION, sizeof DESCRIPTION_SECTION);
	*size = names->d_size + sizeof DESCRIPTION_SECTION;
	return more;
}

static bool add_section(Elf *elf, Elf_Data *names, struct bytes *description)
{
	Elf_Scn *section = elf_newscn(elf);
	Elf_Data *data = section ? elf_newdata(section) : NULL;
	GElf_Shdr header;

	if (!data || !gelf_getshdr(section, &header))
		return false;
	data->d_buf = description->data;
	data->d_size = description->size;
	data->d_type = ELF_T_BYTE;
	data->d_align = 1;
	header.sh_name = (GElf_Word)(names->d_size - sizeof DESCRIPTION_SECTION);
	header.sh_type = SHT_PROGBITS;
	header.sh_addralign = 1;
	return gelf_update_shdr(section, &header);
}

/* Adds the section to the file. names_text is to be freed when the file is closed. */
static bool extend(Elf *elf, struct bytes *description, char **names_text)
{
	size_t index, size;
	Elf_Data *names;
	Elf_Scn *section;

	if (elf_getshdrstrndx(elf, &index) != 0)
		return false;
	section = elf_getscn(elf, index);
	names = section ? elf_getdata(section, NULL) : NULL;
	*names_text = names ? more_names(names, &size) : NULL;
	if (!*names_text)
		return false;
	names->d_buf = *names_text;
	names->d_size = size;
	elf_flagdata(names, ELF_C_SET, ELF_F_DIRTY);
	return add_section(elf, names, description) && elf_update(elf, ELF_C_WRITE) >= 0;
}

/* The object with its description; to be freed. */
static int make_saved(const struct cbcc *b, struct bytes *description, void **saved, size_t *size)
{
	int fd = memfd_create("cbcc", MFD_CLOEXEC), err = 0;
	char *names = NULL;
	Elf *elf = NULL;

	if (fd < 0 || !write_all(fd, b->unit.object, b->unit.object_size))
		err = -errno;
	if (!err) {
		elf_version(EV_CURRENT);
		elf = elf_begin(fd, ELF_C_RDWR, NULL);
		err = elf && extend(elf, description, &names) ? 0 : -EIO;
	}
	elf_end(elf);
	free(names);
	if (!err)
		err = whole_file_pread(fd, SAVED_MAX, saved, size);
	if (fd >= 0)
		close(fd);
	return err ? error_set(err, "cannot save the object of %s", b->name) : 0;
}

/* What is written takes the place of what was there when it is whole. */
static int write_file(const char *path, const void *data, size_t size)
{
	char *temporary;
	int fd, err;

	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return -ENOMEM;
	fd = mkostemp(temporary, O_CLOEXEC);
	err = fd < 0 || !write_all(fd, data, size) || fchmod(fd, 0644) != 0 ? -errno : 0;
	if (fd >= 0 && close(fd) != 0 && !err)
		err = -errno;
	if (!err && rename(temporary, path) != 0)
		err = -errno;
	if (err && fd >= 0)
		unlink(temporary);
	free(temporary);
	return err;
}

static int check(const struct cbcc *b, const char *path)
{
	int err = handle_check(b, "cbcc_save_object");

	if (err)
		return err;
	if (!path)
		return error_say(-EINVAL, "cbcc_save_object: the path is NULL");
	if (!b->unit.object)
		return error_say(-EINVAL, "cbcc_save_object: the text is empty");
	if (!b->portable)
		return error_say(
			-EINVAL,
			"cbcc_save_object: the text was compiled for this kernel alone; set portable "
			"in struct cbcc_opts");
	return 0;
}

int cbcc_save_object(const struct cbcc *b, const char *path)
{
	struct bytes description = { 0 };
	void *saved = NULL;
	size_t size;
	int err = check(b, path);

	if (err)
		return err;
	description_put(&description, b);
	err = description.failed ? error_set(-ENOMEM, "cannot save the object of %s", b->name)
				 : make_saved(b, &description, &saved, &size);
	bytes_free(&description);
	if (err)
		return err;
	err = write_file(path, saved, size);
	free(saved);
	return err ? error_set(err, "cannot write %s", path) : 0;
}
