/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"

void *allocate(size_t size)
{
	void *memory = calloc(1, size ? size : 1);

	if (!memory) {
		complain("out of memory");
		exit(STATUS_COMMAND);
	}
	return memory;
}

char *copy_text(const char *text, size_t length)
{
	char *copy = allocate(length + 1);

	memcpy(copy, text, length);
	return copy;
}

static void take(struct words *words, char *item)
{
	char **items = allocate((words->count + 2) * sizeof *items);

	if (words->count)
		memcpy(items, words->items, words->count * sizeof *items);
	items[words->count++] = item;
	free(words->items);
	words->items = items;
}

void words_add(struct words *words, const char *fmt, ...)
{
	va_list args;
	char *item;

	va_start(args, fmt);
	if (vasprintf(&item, fmt, args) < 0)
		item = NULL;
	va_end(args);
	if (!item) {
		complain("out of memory");
		exit(STATUS_COMMAND);
	}
	take(words, item);
}

/* Copies one word to *to and returns what is behind it; NULL if a quote is open. */
static const char *copy_word(const char *at, char *to)
{
	char quote = 0;

	for (; *at && (quote || !strchr(" \t\n", *at)); at++) {
		if (*at == quote)
			quote = 0;
		else if (!quote && (*at == '\'' || *at == '"'))
			quote = *at;
		else if (*at == '\\' && quote != '\'' && at[1])
			*to++ = *++at;
		else
			*to++ = *at;
	}
	*to = '\0';
	return quote ? NULL : at;
}

bool words_split(struct words *words, const char *line)
{
	while (line && *(line += strspn(line, " \t\n"))) {
		char *word = allocate(strlen(line) + 1);

		line = copy_word(line, word);
		take(words, word);
	}
	return line;
}

bool words_have(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++)
		if (strcmp(words->items[i], word) == 0)
			return true;
	return false;
}

void words_free(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->items[i]);
	free(words->items);
	*words = (struct words){ 0 };
}
