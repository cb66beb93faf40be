/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types as BCC's Python makes ctypes of them, in JSON: "unsigned int"; of a record
 *
 *     ["NAME", [["FIELD", TYPE], ["FIELD", TYPE, [ELEMENTS]], ["FIELD", TYPE, BITS], ...], "struct"]
 *
 * where "struct_packed" and "union" may be instead of "struct". What a compiler leaves free between fields is a field of its
 * own, "__pad_INDEX"; only unions and records with bitfields are laid out by ctypes itself.
 */
#ifndef CBCC_LIBBCC_DESCRIPTION_H
#define CBCC_LIBBCC_DESCRIPTION_H

struct cbcc_type;

/** To be freed; NULL: out of memory. */
char *type_description(const struct cbcc_type *type);

#endif
