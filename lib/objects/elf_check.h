/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a file is an object for the BPF machine whose parts are where they say they are. libbpf and libelf are made for
 * what a compiler writes; a file that was cut, damaged, or made to harm ends here.
 */
#ifndef CBCC_ELF_CHECK_H
#define CBCC_ELF_CHECK_H

#include <stddef.h>

struct object_section {
	const void *data; /* in the object */
	size_t size;
};

/** NULL, or what is wrong. object is aligned as malloc() does it. */
const char *elf_check(const void *object, size_t size);

/** A section of a checked object by its name; data is NULL if there is none, or nothing in it. */
struct object_section elf_find_section(const void *object, const char *name);

#endif
