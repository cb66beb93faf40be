/* SPDX-License-Identifier: Apache-2.0 */
/* The program that is run: a file, a text of the command line or of standard input, a bundled one. */
#ifndef CBCC_PROGRAM_SOURCE_H
#define CBCC_PROGRAM_SOURCE_H

#include "options.h"

struct program {
	char *path;     /* NULL: the text comes from no file */
	char *text;     /* NULL: the file is an object */
	char **args;    /* what was given after it */
	size_t nargs;
	bool bundled;
};

/** Finds and reads the program that the options name. */
enum status program_read(struct program *program, const struct options *options);

/** Reads a text; *text is to be freed, whatever is returned. */
enum status program_read_file(const char *path, char **text);

void program_free(struct program *program);

/** The folder of the bundled programs. To be freed. */
char *bundled_folder(void);

#endif
