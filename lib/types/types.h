/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The types of a text, read from the BTF of its object. A public type is a number of it, interned so that comparing
 * pointers compares types; what walks through values goes by numbers and makes none.
 */
#ifndef CBCC_TYPES_PRIVATE_H
#define CBCC_TYPES_PRIVATE_H

#include <bpf/btf.h>

#include "handle.h"

struct types {
	struct btf *btf;
	struct cbcc_type *all;
};

struct cbcc_type {
	struct cbcc_type *next;
	struct types *types;
	uint32_t id; /* as it is named: a typedef is one */
	size_t size;
	char *name;
};

/* Where a value is, and of which type. */
struct place {
	uint32_t id;
	size_t offset;
	unsigned int bit_offset, bits; /* bits: 0 if it is no bitfield */
};

/** The types of the handle's object, read when they are first asked for. NULL with the error set. */
struct types *types_of(struct cbcc *b);

/** The type of that number. NULL with the error set (out of memory). */
const struct cbcc_type *types_get(struct types *types, uint32_t id);

void types_free(struct cbcc *b);

/** The type behind typedefs and qualifiers. */
const struct btf_type *type_real(const struct btf *btf, uint32_t *id);

/** What a type is, by its number. */
enum cbcc_type_kind type_kind(const struct btf *btf, uint32_t id);

/** Bytes; 0 if it has none. */
size_t type_size(const struct btf *btf, uint32_t id);

/** Whether it is an integer or an enumeration with a sign. */
bool type_is_signed(const struct btf *btf, uint32_t id);

/** Whether it is char, signed or not, but no other integer of a byte: an array of it is text. */
bool type_is_char(const struct btf *btf, uint32_t id);

/** Members, elements, or names. */
size_t type_count(const struct btf *btf, uint32_t id);

/** The member or element at an index below type_count(), of a value at whole. */
struct place place_member(const struct btf *btf, const struct place *whole, size_t index);

/** The name of a record's member; "" if it has none. */
const char *member_name(const struct btf *btf, uint32_t id, size_t index);

/** The largest member of a union: which stands for it. */
size_t union_largest(const struct btf *btf, uint32_t id);

/** The member of that name, length bytes of it, also of anonymous members. False if there is none. */
bool place_find_member(const struct btf *btf, const struct place *whole, const char *name, size_t length,
		       struct place *member);

/** The name of an enumeration's value, or NULL; and the value of a name. */
const char *enum_name(const struct btf *btf, uint32_t id, uint64_t value);
bool enum_value(const struct btf *btf, uint32_t id, const char *name, size_t length, uint64_t *value);

#endif
