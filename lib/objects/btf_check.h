/* SPDX-License-Identifier: Apache-2.0 */
/* Whether BTF refers to nothing that is not there: libbpf believes what an object says of its types. */
#ifndef CBCC_BTF_CHECK_H
#define CBCC_BTF_CHECK_H

#include <stddef.h>
#include <stdint.h>

/** NULL, or what is wrong. data is aligned to 4 bytes. */
const char *btf_check(const void *data, size_t size);

/** The same for the section .BTF.ext of checked BTF: lines of functions, and relocations of accesses to the kernel's types. */
const char *btf_ext_check(const void *data, size_t size, const void *btf);

/** The types of checked BTF, void included. */
uint32_t btf_count_types(const void *btf);

#endif
