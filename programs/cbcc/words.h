/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of strings. */
#ifndef CBCC_WORDS_H
#define CBCC_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct words {
	char **items; /* each of its own memory; behind the last one NULL */
	size_t count;
};

/** Adds a string, made as by printf(). Ends the program if there is no memory. */
void words_add(struct words *words, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** Adds the words of a line, as a shell would take it apart by blanks, quotes and backslashes. False: a quote is open. */
bool words_split(struct words *words, const char *line);

bool words_have(const struct words *words, const char *word);

void words_free(struct words *words);

/** malloc() and strndup() that end the program if there is no memory. */
void *allocate(size_t size);
char *copy_text(const char *text, size_t length);

#endif
