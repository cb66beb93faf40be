/* SPDX-License-Identifier: Apache-2.0 */
/* Text of programs and of the kernel, made safe for terminals and for JSON. */
#ifndef CBCC_TEXT_H
#define CBCC_TEXT_H

#include <stdio.h>

/** Writes text up to its first NUL: control characters as \n, \t or \x1b, bytes that are no UTF-8 as \xff. */
void text_put(FILE *out, const char *text, size_t size);

/** The same as a string of JSON, with its quotes; bytes that are no UTF-8 become \u0080 to \u00ff. */
void text_put_json(FILE *out, const char *text, size_t size);

/** As text_put_json(), of a whole string. */
void text_put_json_string(FILE *out, const char *text);

/** The columns that text takes on a terminal, as far as counting characters tells. */
size_t text_width(const char *text);

#endif
