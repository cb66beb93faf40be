/* SPDX-License-Identifier: Apache-2.0 */
#include "symbols/file_symbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf/debug_file.h"
#include "elf/elf_notes.h"
#include "elf/elf_symbols.h"
#include "process/files.h"

static bool is_mangled(const char *name)
{
	return !strncmp(name, "_Z", 2) || !strncmp(name, "_R", 2);
}

/*
 * Of several names at one address, as "malloc" and "__libc_malloc", that which others would call it by: one with a size
 * and without a version, with fewest underscores before it; then what is global, weak, local.
 */
static uint32_t rank(const struct elf_symbol *symbol)
{
	uint32_t underscores = is_mangled(symbol->name) ? 0 : strspn(symbol->name, "_");
	uint32_t binding = symbol->binding == STB_GLOBAL ? 0 : symbol->binding == STB_WEAK ? 1 : 2;
	bool versioned = strchr(symbol->name, '@');

	return (uint32_t)!symbol->size << 31 | (uint32_t)versioned << 30 | (underscores & 255) << 2 | binding;
}

static int add(void *ctx, const struct elf_symbol *symbol)
{
	struct table_symbol entry = { .address = symbol->address,
				      .size = symbol->size,
				      .rank = rank(symbol) };

	return elf_symbol_is_function(symbol) ? symbol_table_add(ctx, &entry, symbol->name) : 0;
}

/* A damaged file has the symbols up to the damage. */
static int add_all(struct file_symbols *file, const struct elf_file *elf)
{
	return elf_symbols_for_each(elf, add, &file->table) == -ENOMEM ? -ENOMEM : 0;
}

static int add_debug_file(struct file_symbols *file, const struct elf_file *elf, int root)
{
	struct elf_file *debug;
	int err = debug_file_open(elf, file->path, root, &debug);

	if (err)
		return err == -ENOMEM ? err : 0;
	err = add_all(file, debug);
	elf_file_close(debug);
	return err;
}

static int read_elf(struct file_symbols *file, const struct elf_file *elf, int root)
{
	int err = 0;

	file->build_id_size = elf_build_id(elf, file->build_id);
	file->segments = reallocarray(NULL, elf->nsegments + 1, sizeof *file->segments);
	if (!file->segments)
		return -ENOMEM;
	memcpy(file->segments, elf->segments, elf->nsegments * sizeof *file->segments);
	file->nsegments = elf->nsegments;
	if (!elf_has_symtab(elf))
		err = add_debug_file(file, elf, root);
	if (!err)
		err = add_all(file, elf);
	return err ? err : symbol_table_finish(&file->table);
}

static void file_free(struct file_symbols *file)
{
	free(file->path);
	free(file->segments);
	symbol_table_free(&file->table);
	free(file);
}

void file_cache_free(struct file_cache *cache)
{
	while (cache->files) {
		struct file_symbols *file = cache->files;

		cache->files = file->next;
		file_free(file);
	}
}

static struct file_symbols *file_new(const char *path)
{
	struct file_symbols *file = calloc(1, sizeof *file);

	if (file)
		file->path = strdup(path);
	if (file && file->path)
		return file;
	free(file);
	errno = ENOMEM;
	return NULL;
}

/* Puts the file into the cache, with what elf has; err is of opening that, which is closed. */
static struct file_symbols *enter(struct file_cache *cache, struct file_symbols *file, int err,
				  struct elf_file *elf, int root)
{
	if (!err) {
		err = read_elf(file, elf, root);
		elf_file_close(elf);
	}
	if (err == -ENOMEM) {
		file_free(file);
		errno = ENOMEM;
		return NULL;
	}
	file->next = cache->files;
	cache->files = file;
	return file;
}

static bool is_file(const struct file_symbols *file, const struct stat *st)
{
	return file->inode == st->st_ino && file->device == st->st_dev && file->size == st->st_size &&
	       file->changed.tv_sec == st->st_mtim.tv_sec && file->changed.tv_nsec == st->st_mtim.tv_nsec;
}

static struct file_symbols *find(const struct file_cache *cache, const struct stat *st)
{
	struct file_symbols *file = cache->files;

	while (file && !is_file(file, st))
		file = file->next;
	return file;
}

static struct file_symbols *read_file(struct file_cache *cache, int fd, const struct stat *st,
				      const char *path, int root)
{
	struct file_symbols *file = file_new(path);
	struct elf_file *elf = NULL;
	int err;

	if (!file) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	file->device = st->st_dev;
	file->inode = st->st_ino;
	file->size = st->st_size;
	file->changed = st->st_mtim;
	err = fd < 0 ? fd : elf_file_open_fd(fd, &elf);
	return enter(cache, file, err, elf, root);
}

struct file_symbols *file_cache_get(struct file_cache *cache, int fd, const char *path, int root)
{
	struct file_symbols *file;
	struct stat st = { 0 };

	if (fd < 0 || fstat(fd, &st) != 0)
		memset(&st, 0, sizeof st); /* as of all that could not be opened */
	file = find(cache, &st);
	if (!file)
		return read_file(cache, fd, &st, path, root);
	if (fd >= 0)
		close(fd);
	return file;
}

struct file_symbols *file_cache_get_memory(struct file_cache *cache, const void *image, size_t size,
					   const char *path)
{
	unsigned char id[BUILD_ID_MAX];
	struct elf_file *elf = NULL;
	int err = image ? elf_file_open_memory(image, size, &elf) : -ENOEXEC;
	size_t id_size = err ? 0 : elf_build_id(elf, id);
	struct file_symbols *file = id_size ? file_cache_find(cache, id, id_size) : NULL;

	if (file) {
		elf_file_close(elf);
		return file;
	}
	file = file_new(path);
	if (file) {
		file->size = size;
		return enter(cache, file, err, elf, OWN_ROOT);
	}
	if (!err)
		elf_file_close(elf);
	return NULL;
}

struct file_symbols *file_cache_find(const struct file_cache *cache, const unsigned char *id, size_t size)
{
	struct file_symbols *file = cache->files;

	while (file && (file->build_id_size != size || memcmp(file->build_id, id, size) != 0))
		file = file->next;
	return file;
}

/* Segments overlap in the file where pages do: code is preferred. */
bool file_symbols_address(const struct file_symbols *file, uint64_t offset, uint64_t *address)
{
	const struct elf_file segments = { .segments = file->segments, .nsegments = file->nsegments };

	return elf_offset_to_address(&segments, offset, address);
}

bool file_symbols_offset(const struct file_symbols *file, uint64_t address, uint64_t *offset)
{
	const struct elf_file segments = { .segments = file->segments, .nsegments = file->nsegments };

	return elf_address_to_offset(&segments, address, offset);
}
