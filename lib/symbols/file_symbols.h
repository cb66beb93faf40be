/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of programs and libraries, by their place in the file: read once for all processes that have it mapped. */
#ifndef CBCC_FILE_SYMBOLS_H
#define CBCC_FILE_SYMBOLS_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "elf/elf_file.h"
#include "kernel/build_id.h"
#include "symbols/symbol_table.h"

struct file_symbols {
	struct file_symbols *next;
	dev_t device; /* with inode, size and changed: which file it is; all 0 for none */
	ino_t inode;
	off_t size;
	struct timespec changed;
	char *path; /* where it was found first */
	unsigned char build_id[BUILD_ID_MAX];
	size_t build_id_size;
	struct elf_segment *segments;
	size_t nsegments;
	struct symbol_table table;
};

/** All that were read. */
struct file_cache {
	struct file_symbols *files;
};

void file_cache_free(struct file_cache *cache);

/**
 * The symbols of an open file, which is closed in any case. What is no ELF file has none, nor has one that could not be opened,
 * whose descriptor is negative.
 *
 * @param path  of the file as seen from root, for its debug file
 * @param root  as for debug_file_open()
 * @return the cache's, or NULL with errno ENOMEM
 */
struct file_symbols *file_cache_get(struct file_cache *cache, int fd, const char *path, int root);

/** The same of what is in memory, as a vDSO. */
struct file_symbols *file_cache_get_memory(struct file_cache *cache, const void *image, size_t size,
					   const char *path);

/** The file with that build id, or NULL. */
struct file_symbols *file_cache_find(const struct file_cache *cache, const unsigned char *id, size_t size);

/** The file's own address of a place in it; false: that is not loaded. */
bool file_symbols_address(const struct file_symbols *file, uint64_t offset, uint64_t *address);

/** The reverse. */
bool file_symbols_offset(const struct file_symbols *file, uint64_t address, uint64_t *offset);

#endif
