/* SPDX-License-Identifier: Apache-2.0 */
#include "header.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LICENSE "SPDX-License-Identifier"

/* A line of the header: without the comment's signs and blanks around it. */
struct line {
	const char *text;
	int length;
};

/* Where the comment begins that is the header: the first that is more than a license. NULL if there is none. */
static const char *comment(const char *text, const char **end)
{
	for (;;) {
		text += strspn(text, " \t\r\n");
		*end = strncmp(text, "/*", 2) == 0 ? strstr(text + 2, "*/") : NULL;
		if (strncmp(text, "//", 2) == 0)
			text += strcspn(text, "\n");
		else if (!*end)
			return NULL;
		else if (memmem(text, (size_t)(*end - text), LICENSE, strlen(LICENSE)) &&
			 !memchr(text, '\n', (size_t)(*end - text)))
			text = *end + 2;
		else
			return text + 2;
	}
}

/* The next line of a comment, and false behind the last. */
static bool next_line(const char **at, const char *end, struct line *line)
{
	const char *text = *at, *stop;

	if (text >= end)
		return false;
	stop = memchr(text, '\n', (size_t)(end - text));
	*at = stop ? stop + 1 : end;
	stop = stop ? stop : end;
	while (text < stop && isspace((unsigned char)*text))
		text++;
	if (text < stop && *text == '*')
		text++;
	if (text < stop && *text == ' ')
		text++;
	while (stop > text && isspace((unsigned char)stop[-1]))
		stop--;
	*line = (struct line){ text, (int)(stop - text) };
	return true;
}

/* What stands behind "KEY:" in a line; NULL if it does not begin so. */
static const char *value_of(const struct line *line, const char *key, int *length)
{
	size_t size = strlen(key);
	const char *value = line->text + size;

	if ((size_t)line->length <= size || strncmp(line->text, key, size) != 0)
		return NULL;
	*length = line->length - (int)size;
	return value;
}

static enum status missing_argument(const struct program *program, char number)
{
	const char *end, *at = comment(program->text, &end), *usage;
	struct line line;
	int length;

	complain("the program needs argument %c", number);
	while (next_line(&at, end, &line)) {
		usage = value_of(&line, "usage:", &length);
		if (usage)
			fprintf(stderr, "usage: cbcc%s%.*s\n", *usage == ' ' ? "" : " ", length, usage);
	}
	return STATUS_COMMAND;
}

/* Writes $N or ${N:-DEFAULT} as it is given; *at is at the dollar and comes behind. */
static enum status put_argument(const struct program *program, const char **at, FILE *out)
{
	const char *from = *at + 1, *close = NULL;
	size_t index;

	if (*from == '{') {
		close = strchr(from, '}');
		from++;
	}
	if (*from < '1' || *from > '9' || (close && close != from + 1 && strncmp(from + 1, ":-", 2) != 0)) {
		fputc(*(*at)++, out);
		return STATUS_OK;
	}
	index = (size_t)(*from - '1');
	*at = close ? close + 1 : from + 1;
	if (index < program->nargs)
		fputs(program->args[index], out);
	else if (close && close > from + 1)
		fwrite(from + 3, 1, (size_t)(close - from - 3), out);
	else
		return missing_argument(program, *from);
	return STATUS_OK;
}

/* A word of the header's options with the arguments put in. */
static enum status expand(const struct program *program, const char *word, struct words *words)
{
	enum status status = STATUS_OK;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return complain("out of memory");
	while (*word && !status) {
		if (*word == '$')
			status = put_argument(program, &word, out);
		else
			fputc(*word++, out);
	}
	fclose(out);
	if (!status)
		words_add(words, "%s", text);
	free(text);
	return status;
}

static enum status take_line(const struct program *program, const char *options, int length, struct words *words)
{
	struct words raw = { 0 };
	char *line = copy_text(options, (size_t)length);
	enum status status = STATUS_OK;

	if (!words_split(&raw, line))
		status = complain("a quote is open in the program's options:%s", line);
	for (size_t i = 0; i < raw.count && !status; i++)
		status = expand(program, raw.items[i], words);
	words_free(&raw);
	free(line);
	return status;
}

enum status header_options(const struct program *program, struct words *words)
{
	const char *end, *at = program->text ? comment(program->text, &end) : NULL, *options;
	enum status status = STATUS_OK;
	struct line line;
	int length;

	while (at && !status && next_line(&at, end, &line)) {
		options = value_of(&line, "cbcc:", &length);
		if (options)
			status = take_line(program, options, length, words);
	}
	return status;
}

bool header_print(const char *text, FILE *out)
{
	const char *end, *at = comment(text, &end);
	bool begun = false;
	struct line line;
	int length;

	while (at && next_line(&at, end, &line)) {
		if (value_of(&line, "cbcc:", &length) || (!begun && !line.length))
			continue;
		begun = true;
		fprintf(out, "%.*s\n", line.length, line.text);
	}
	return begun;
}

char *header_title(const char *text)
{
	const char *end, *at = comment(text, &end);
	struct line line;

	while (at && next_line(&at, end, &line))
		if (line.length)
			return copy_text(line.text, (size_t)line.length);
	return NULL;
}
