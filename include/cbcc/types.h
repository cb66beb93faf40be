/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: the types of a program text, as the compiler laid them out. A part of cbcc.h.
 *
 *     const struct cbcc_type *type = cbcc_table_leaf_type(table);      // or cbcc_type_by_name(b, "struct event")
 *     struct cbcc_field pid;
 *     uint64_t value;
 *
 *     cbcc_type_find(type, "tasks[2].pid", &pid);
 *     cbcc_field_get_u64(&pid, leaf, &value);
 *
 * An application that shares a header with its program text needs none of this; it is for what prints values of any
 * text. Types belong to the handle and live until cbcc_free().
 */
#ifndef CBCC_TYPES_H
#define CBCC_TYPES_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A C type of the text. Opaque; the same type of a handle is the same pointer. */
struct cbcc_type;

/** What a type is behind its typedefs and qualifiers. */
enum cbcc_type_kind {
	CBCC_TYPE_OTHER = 0, /**< has no values: void, a function, a struct that is only declared */
	CBCC_TYPE_INT = 1,   /**< char included; up to 128 bits */
	CBCC_TYPE_BOOL = 2,
	CBCC_TYPE_FLOAT = 3,
	CBCC_TYPE_ENUM = 4,
	CBCC_TYPE_POINTER = 5,
	CBCC_TYPE_ARRAY = 6, /**< one dimension; its elements may be arrays */
	CBCC_TYPE_STRUCT = 7,
	CBCC_TYPE_UNION = 8,
};

/** Where a value is in a larger one: a member, an element, a part at any depth. */
struct cbcc_field {
	const char *name; /**< of the member; "" if it has none, or is an element of an array */
	const struct cbcc_type *type;
	size_t offset; /**< bytes from the beginning of the whole to the field, or to its bitfield's first byte */
	unsigned int
		bit_offset; /**< of a bitfield: bits from there, in the order of the machine's bytes; else 0 */
	unsigned int bits;  /**< of a bitfield: its width; 0: it is none */
};

/**
 * A type by the name it has in C: "struct event", "union u", "enum e", a typedef ("u32"), "unsigned int". A struct may
 * be named without its "struct" if no typedef has that name. Types that neither a map, nor a global variable, nor a
 * function's parameter needs are not kept by the compiler.
 *
 * BCC: table.Key, table.Leaf, table.event(data), which make a type for Python's ctypes
 *
 * @return NULL with errno: ENOENT (the text has no such type), EINVAL, ENOMEM
 */
CBCC_API const struct cbcc_type *cbcc_type_by_name(struct cbcc *b, const char *name);

/** Its name in C: "struct event", "u32", "char [16]", "struct sock *". NULL with EINVAL if type is NULL. BCC: none */
CBCC_API const char *cbcc_type_name(const struct cbcc_type *type);

/** Its size in bytes; 0 if it has none, or type is NULL. BCC: ctypes.sizeof() */
CBCC_API size_t cbcc_type_size(const struct cbcc_type *type);

/** What it is behind its typedefs and qualifiers. CBCC_TYPE_OTHER if type is NULL. BCC: none */
CBCC_API enum cbcc_type_kind cbcc_type_kind(const struct cbcc_type *type);

/** Whether it is an integer or an enumeration with a sign. false if type is NULL. BCC: none */
CBCC_API bool cbcc_type_is_signed(const struct cbcc_type *type);

/**
 * The number of members of a struct or union, elements of an array, names of an enumeration; else 0. BCC: len(_fields_)
 */
CBCC_API size_t cbcc_type_count(const struct cbcc_type *type);

/**
 * The member or element of that index, from 0. An anonymous struct or union is a member without a name.
 *
 * BCC: table.Leaf._fields_[index]
 *
 * @param field  is filled
 * @return 0; -ENOENT (there are fewer), -EINVAL
 */
CBCC_API int cbcc_type_member(const struct cbcc_type *type, size_t index, struct cbcc_field *field);

/**
 * A field by its path, as C has it: "a", "a.b[2].c", "[1][3]". Members of anonymous structs and unions count as the
 * outer one's. "" is the whole.
 *
 * BCC: Python's leaf.a.b[2].c
 *
 * @return 0; -ENOENT (no such member), -ERANGE (an index beyond the array), -EINVAL (the path is none, or asks a
 *         number for members)
 */
CBCC_API int cbcc_type_find(const struct cbcc_type *type, const char *path, struct cbcc_field *field);

/**
 * A number out of data, a value of the type that the field was found in: an integer, bool, enumeration or pointer, of
 * any width and alignment, bitfields included. Signed ones are extended, so that (int64_t)*value is theirs. Of 128 bits
 * those that fit.
 *
 * BCC: key.field, leaf.value
 *
 * @return 0; -ERANGE if more than 64 bits are needed; -EOPNOTSUPP if the field is no such number; -EINVAL
 */
CBCC_API int cbcc_field_get_u64(const struct cbcc_field *field, const void *data, uint64_t *value);

/** The same as a floating point number; also of float and double fields. */
CBCC_API int cbcc_field_get_double(const struct cbcc_field *field, const void *data, double *value);

/**
 * Puts a number into data, leaving all around it as it is. Negative ones are given as (uint64_t)-1.
 *
 * BCC: leaf.field = value
 *
 * @return 0; -ERANGE if the field is too small for it; -EOPNOTSUPP, -EINVAL as cbcc_field_get_u64()
 */
CBCC_API int cbcc_field_set_u64(const struct cbcc_field *field, void *data, uint64_t value);

/** The name that an enumeration has for a value, as cbcc_field_get_u64() gives it. NULL with ENOENT: none. BCC: none */
CBCC_API const char *cbcc_type_enum_name(const struct cbcc_type *type, uint64_t value);

/** How cbcc_type_format() writes a value. */
enum cbcc_style {
	/**
	 * BCC's: numbers in hexadecimal, members in their order without names, arrays in brackets, char arrays as text up
	 * to their first NUL, a union as its largest member: { 0x1 [ 0x2 0x3 ] "comm" }
	 */
	CBCC_STYLE_TEXT = 0,
	/**
	 * JSON: {"pid": 1, "ports": [2, 3], "comm": "sh"}. Enumerations by their names, unions with all members. Bytes
	 * of text that are not UTF-8 become \u0080 to \u00ff.
	 */
	CBCC_STYLE_JSON = 1,
	/** An initialiser in C: { .pid = 1, .ports = { 2, 3 }, .comm = "sh" } */
	CBCC_STYLE_C = 2,
};

/**
 * Writes a value as text, always NUL-terminated. Pointers are numbers.
 *
 * BCC: table.key_sprintf(key), table.leaf_sprintf(leaf)
 *
 * @param data   cbcc_type_size() bytes; needs no alignment
 * @param size   of buf; 0 only asks for the length
 * @param style  text as BCC writes it, JSON, or C
 * @return the length of the whole text, as snprintf(): >= size means it was cut; -EOPNOTSUPP (the type has no
 *         values), -EINVAL
 */
CBCC_API int cbcc_type_format(const struct cbcc_type *type, const void *data, char *buf, size_t size,
			      enum cbcc_style style);

/**
 * Reads a value from text in any of the styles that cbcc_type_format() writes. Numbers are decimal, octal or
 * hexadecimal, or an enumeration's names. What the text leaves out is zero, and so is padding. Of a union's members
 * the last one counts.
 *
 * BCC: table.key_scanf(text), table.leaf_scanf(text)
 *
 * @param data  receives cbcc_type_size() bytes; unchanged after an error
 * @return 0; -EINVAL (no value of this type: the error says where), -ERANGE (a number is too large), -ENOENT (no such
 *         member), -EOPNOTSUPP (the type has no values), -ENOMEM
 */
CBCC_API int cbcc_type_parse(const struct cbcc_type *type, const char *text, void *data);

#ifdef __cplusplus
}
#endif

#endif
