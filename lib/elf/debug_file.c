/* SPDX-License-Identifier: Apache-2.0 */
#include "elf/debug_file.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf/elf_notes.h"
#include "process/files.h"

struct search {
	const struct elf_file *file;
	int root;
	const char *symfs;      /* "" if not set */
	const char *debug_root; /* without a slash at its end */
	unsigned char id[BUILD_ID_MAX];
	size_t id_size;
	uint32_t checksum; /* of the debug link */
};

/* As the link has it: that of zlib and Ethernet. */
static uint32_t checksum_add(uint32_t sum, const unsigned char *bytes, size_t size)
{
	static const uint32_t table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
		0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};

	for (size_t i = 0; i < size; i++) {
		sum ^= bytes[i];
		sum = sum >> 4 ^ table[sum & 15];
		sum = sum >> 4 ^ table[sum & 15];
	}
	return sum;
}

static bool has_checksum(int fd, uint32_t expected)
{
	unsigned char buffer[8192];
	uint32_t sum = ~0u;
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, buffer, sizeof buffer, at)) > 0) {
		sum = checksum_add(sum, buffer, (size_t)n);
		at += n;
	}
	return n == 0 && ~sum == expected;
}

static bool is_same_file(int a, int b)
{
	struct stat first, second;

	return a >= 0 && fstat(a, &first) == 0 && fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

/* By build ids where both have one: a checksum reads all of a file that may be large. */
static bool belongs(const struct search *search, const struct elf_file *found, bool by_id)
{
	unsigned char id[BUILD_ID_MAX];
	size_t size = elf_build_id(found, id);

	if (is_same_file(search->file->fd, found->fd) || !elf_has_symtab(found) ||
	    found->header.e_machine != search->file->header.e_machine)
		return false;
	if (size && search->id_size)
		return size == search->id_size && memcmp(id, search->id, size) == 0;
	return !by_id && has_checksum(found->fd, search->checksum);
}

/* 0, -ENOENT for all that is not it, -ENOMEM. */
static int try(const struct search *search, int root, bool by_id, struct elf_file **debug, const char *fmt,
	       ...) __attribute__((format(printf, 5, 6)));

static int try(const struct search *search, int root, bool by_id, struct elf_file **debug, const char *fmt,
	       ...)
{
	char path[PATH_MAX];
	va_list args;
	int length, fd, err;

	va_start(args, fmt);
	length = vsnprintf(path, sizeof path, fmt, args);
	va_end(args);
	fd = length < (int)sizeof path ? file_open_below(root, path) : -ENOENT;
	if (fd < 0)
		return -ENOENT;
	err = elf_file_open_fd(fd, debug);
	if (!err && belongs(search, *debug, by_id))
		return 0;
	elf_file_close(*debug);
	*debug = NULL;
	return err == -ENOMEM ? err : -ENOENT;
}

static int by_build_id(const struct search *search, struct elf_file **debug)
{
	char hex[BUILD_ID_TEXT_MAX];
	int err = -ENOENT;

	if (search->id_size < 2)
		return err;
	build_id_text(search->id, search->id_size, hex);
	err = try(search, search->root, true, debug, "%s%s/.build-id/%.2s/%s.debug", search->symfs,
		  search->debug_root, hex, hex + 2);
	if (err == -ENOENT && search->root != OWN_ROOT)
		err = try(search, OWN_ROOT, true, debug, "%s%s/.build-id/%.2s/%s.debug", search->symfs,
			  search->debug_root, hex, hex + 2);
	return err;
}

/* A name without a folder, and a checksum in the file's byte order behind its padding. */
static const char *read_link(struct search *search)
{
	GElf_Shdr header;
	Elf_Scn *section = elf_section_find(search->file, ".gnu_debuglink", &header);
	Elf_Data *data;
	size_t length, at;

	if (!section || elf_section_data(section, &data) || !data)
		return NULL;
	length = strnlen(data->d_buf, data->d_size);
	at = (length + 4) & ~(size_t)3;
	if (!length || at + 4 > data->d_size || strchr(data->d_buf, '/'))
		return NULL;
	const unsigned char *sum = (const unsigned char *)data->d_buf + at;
	bool big = search->file->header.e_ident[EI_DATA] == ELFDATA2MSB;

	for (int i = 0; i < 4; i++)
		search->checksum |= (uint32_t)sum[i] << 8 * (big ? 3 - i : i);
	return data->d_buf;
}

static int by_link(struct search *search, const char *path, struct elf_file **debug)
{
	const char *name = path ? read_link(search) : NULL;
	int folder, err = -ENOENT;

	if (!name || *path != '/')
		return err;
	folder = (int)(strrchr(path, '/') - path);
	err = try(search, search->root, false, debug, "%s%.*s/%s", search->symfs, folder, path, name);
	if (err == -ENOENT)
		err = try(search, search->root, false, debug, "%s%.*s/.debug/%s", search->symfs, folder, path,
			  name);
	if (err == -ENOENT)
		err = try(search, search->root, false, debug, "%s%s%.*s/%s", search->symfs,
			  search->debug_root, folder, path, name);
	return err;
}

static const char *environment(const char *name, const char *otherwise)
{
	const char *value = secure_getenv(name);

	return value ? value : otherwise;
}

int debug_file_open(const struct elf_file *file, const char *path, int root, struct elf_file **debug)
{
	struct search search = {
		.file = file,
		.root = root,
		.symfs = environment("BCC_SYMFS", ""),
		.debug_root = environment("BCC_DEBUGINFO_ROOT", "/usr/lib/debug"),
	};
	int err;

	*debug = NULL;
	search.id_size = elf_build_id(file, search.id);
	err = by_build_id(&search, debug);
	if (err == -ENOENT)
		err = by_link(&search, path, debug);
	if (err == -ENOENT)
		err = mini_debug_open(file, debug);
	return err == 0 || err == -ENOMEM ? err : -ENOENT;
}
