/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header of a program: its first comment. Lines "cbcc: OPTIONS" in it are put before the user's options, with $1 to $9
 * as the program's arguments and ${1:-DEFAULT} for those that may be left out; "usage: ..." names them.
 */
#ifndef CBCC_HEADER_H
#define CBCC_HEADER_H

#include <stdio.h>

#include "program.h"

/** Adds the options of the header to words. */
enum status header_options(const struct program *program, struct words *words);

/** Writes the header as text. False if there is none. */
bool header_print(const char *text, FILE *out);

/** The header's first line: "NAME: what it shows." To be freed; NULL if there is none. */
char *header_title(const char *text);

#endif
