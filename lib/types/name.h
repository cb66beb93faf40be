/* SPDX-License-Identifier: Apache-2.0 */
/* The names that types have in C. */
#ifndef CBCC_TYPE_NAME_H
#define CBCC_TYPE_NAME_H

#include <bpf/btf.h>
#include <stdint.h>

/** "struct event", "u32", "char [2][16]", "struct sock *"; qualifiers are left out. Allocated; NULL: out of memory. */
char *type_name(const struct btf *btf, uint32_t id);

#endif
