/* SPDX-License-Identifier: Apache-2.0 */
/* The dynamic linker's list of libraries, /etc/ld.so.cache. */
#ifndef CBCC_LD_CACHE_H
#define CBCC_LD_CACHE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Finds the library whose name is that, or begins with it and a dot, in the content of a cache: those of this machine's
 * architecture. Copies its path. False if it is not there, or the content is damaged.
 */
bool ld_cache_find(const void *content, size_t size, const char *soname, char *path, size_t path_size);

#endif
