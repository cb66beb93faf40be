/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the symbols of a stripped file went. Looked for, in this order:
 *
 *   $BCC_DEBUGINFO_ROOT/.build-id/xx/xxxx.debug, that being /usr/lib/debug if not set
 *   the name in .gnu_debuglink, beside the file, in .debug beside it, and below the debug root
 *   .gnu_debugdata, in the file itself
 *
 * below $BCC_SYMFS, if that is set. What is found has to have the same build id or, where one has none, the checksum of
 * the link.
 */
#ifndef CBCC_ELF_DEBUG_FILE_H
#define CBCC_ELF_DEBUG_FILE_H

#include "elf/elf_file.h"
#include "elf/elf_symbols.h"

/**
 * The file with the symbols of another file; its addresses are the other file's.
 *
 * @param path  of the file, absolute, as seen from root: where to look beside it; NULL: nowhere
 * @param root  the file's root (process/files.h), or OWN_ROOT; by its build id it is also looked for in the own one
 * @return 0; -ENOENT if there is none; errors of elf_file.h for nothing but memory
 */
int debug_file_open(const struct elf_file *file, const char *path, int root, struct elf_file **debug);

/** What .gnu_debugdata holds. -ENOENT: there is none; -ENOSYS: there is no liblzma to unpack it. */
int mini_debug_open(const struct elf_file *file, struct elf_file **debug);

#endif
