/* SPDX-License-Identifier: Apache-2.0 */
/* Programs and libraries by the names that people give them. */
#ifndef CBCC_BINARY_H
#define CBCC_BINARY_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "elf/elf_file.h"

struct binary {
	char path[PATH_MAX]; /* as the process sees it */
	int root;            /* of that process, or OWN_ROOT */
	struct elf_file *file;
	int archive; /* that has the file within, at base; -1: it is a file of its own */
	uint64_t base;
	struct elf_file
		*debug; /* where its symbols are, or NULL; not looked for before binary_load_debug() */
	bool debug_tried;
};

/**
 * Opens what a name says: a path; a library without its "lib" and ".so" ("c"), or without the "lib" ("c.so.6"), of those
 * that the process has mapped or the dynamic linker knows; a program in PATH; "ARCHIVE!/FILE", a file that a zip archive
 * has uncompressed.
 *
 * @param pid  the process that is to see it: its mappings, mounts and root; 0: no particular one
 * @return 0; -ENOENT and others; the thread's error is set
 */
int binary_open(struct binary *binary, const char *name, pid_t pid);

void binary_close(struct binary *binary);

/** Looks for the debug file, once. 0 also if there is none; else -ENOMEM. */
int binary_load_debug(struct binary *binary);

/** The open file that the kernel knows: the archive, if there is one. */
int binary_fd(const struct binary *binary);

/** The path by which the kernel finds the open file, whatever is at its name now. */
void binary_kernel_path(const struct binary *binary, char path[32]);

/** A library's path by its short name, without opening it. 0, or -ENOENT, -ENAMETOOLONG; the error is not set. */
int library_find(const char *name, pid_t pid, char *path, size_t size);

/** A program in PATH, or the name itself if it is a path of one. Likewise. */
int program_find(const char *name, char *path, size_t size);

#endif
