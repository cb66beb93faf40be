/* SPDX-License-Identifier: Apache-2.0 */
/* Text in char arrays. */
#ifndef CBCC_TYPE_TEXT_H
#define CBCC_TYPE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/** The bytes of the printable character at the beginning of text, in UTF-8; 0 if there is none. size is at least 1. */
size_t text_character(const unsigned char *text, size_t size);

/**
 * The byte, or the character in UTF-8, that an escape sequence stands for: what C and JSON have. *at is behind the
 * backslash, and then behind the sequence. Returns the number of bytes, up to 4; 0 if it is none.
 */
size_t text_unescape(const char **at, unsigned char bytes[4]);

#endif
