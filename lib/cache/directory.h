/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory with the entries, a file each. Nothing in it is used that another user may have written, or changed since;
 * names are found below the open directory only, and never through a symbolic link.
 */
#ifndef CBCC_CACHE_DIRECTORY_H
#define CBCC_CACHE_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

/* Hexadecimal digits, ".cbcc", NUL. */
#define ENTRY_NAME_SIZE (32 + 5 + 1)

/* Larger entries are not kept; of all together, the ones that were not used for the longest time are removed. */
#define ENTRY_SIZE_MAX (16u << 20)
#define DIRECTORY_SIZE_MAX (64u << 20)

/**
 * Opens the directory, made if there is none. A descriptor; or a negative errno, -EPERM if it is not the effective
 * user's own, or others may write to it.
 */
int directory_open(const char *path);

/** Reads an entry. *content is to be freed. 0; -ENOENT; -EPERM for a file of others, or that others may change. */
int directory_read(int directory, const char *name, void **content, size_t *size);

/** Writes an entry, in the place of one of that name, at once or not at all. 0, or a negative errno. */
int directory_write(int directory, const char *name, const void *content, size_t size);

/** Removes what is too much, and what interrupted writers have left. */
void directory_trim(int directory);

#endif
