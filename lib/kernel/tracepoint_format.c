/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/tracepoint_format.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_WORDS 8           /* of a type and its name */
#define MAX_RECORD (1u << 16) /* bytes; the kernel's limit is a page */

struct span {
	const char *begin;
	size_t length;
};

/* A declaration as its parser goes through it. */
struct declaration {
	struct span words[MAX_WORDS]; /* the last is the name */
	size_t nwords;
	unsigned int pointers, dimensions;
	struct span dimension;
	enum tracepoint_storage storage;
	bool opaque; /* has something that is not understood */
};

static bool span_is(struct span span, const char *text)
{
	return strlen(text) == span.length && memcmp(span.begin, text, span.length) == 0;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* What says something about a pointer's use, or about its address space, and nothing about its size. */
static bool is_qualifier(struct span word)
{
	static const char *const qualifiers[] = {
		"const", "volatile", "restrict", "__user",    "__kernel", "__percpu",
		"__rcu", "__iomem",  "__force",  "__private", "__safe",   "__bitwise",
	};

	for (size_t i = 0; i < sizeof qualifiers / sizeof *qualifiers; i++)
		if (span_is(word, qualifiers[i]))
			return true;
	return word.length > 6 && memcmp(word.begin, "__seg_", 6) == 0;
}

/* Behind the bracket that closes the one at at; end if there is none. */
static const char *behind_parentheses(const char *at, const char *end)
{
	int depth = 0;

	for (; at < end; at++) {
		depth += (*at == '(') - (*at == ')');
		if (depth == 0)
			return at + 1;
	}
	return end;
}

static const char *read_attribute(const char *at, const char *end)
{
	while (at < end && *at == ' ')
		at++;
	return at < end && *at == '(' ? behind_parentheses(at, end) : at;
}

static void add_word(struct span word, struct declaration *declaration)
{
	if (declaration->nwords < MAX_WORDS)
		declaration->nwords++;
	else
		declaration->opaque = true;
	declaration->words[declaration->nwords - 1] = word;
}

static const char *read_word(const char *at, const char *end, struct declaration *declaration)
{
	struct span word = { at, 0 };

	while (at < end && is_word(*at))
		at++;
	word.length = (size_t)(at - word.begin);
	if (span_is(word, "__attribute__"))
		return read_attribute(at, end);
	if (span_is(word, "__data_loc"))
		declaration->storage = TRACEPOINT_DATA_LOC;
	else if (span_is(word, "__rel_loc"))
		declaration->storage = TRACEPOINT_REL_LOC;
	else if (!is_qualifier(word))
		add_word(word, declaration);
	return at;
}

static const char *read_dimension(const char *at, const char *end, struct declaration *declaration)
{
	const char *close = memchr(at, ']', (size_t)(end - at));

	declaration->dimensions++;
	declaration->dimension = (struct span){ at + 1, (size_t)((close ? close : end) - at - 1) };
	return close ? close + 1 : end;
}

static void read_declaration(const char *at, const char *end, struct declaration *declaration)
{
	while (at < end) {
		if (is_word(*at)) {
			at = read_word(at, end, declaration);
		} else if (*at == '[') {
			at = read_dimension(at, end, declaration);
		} else if (*at == '(') {
			declaration->opaque = true;
			at = behind_parentheses(at, end);
		} else {
			declaration->pointers += *at == '*';
			declaration->opaque |= *at != '*' && !isspace((unsigned char)*at);
			at++;
		}
	}
}

/* The words but the last, with a blank between them. Allocated. */
static char *type_text(const struct declaration *declaration)
{
	size_t n = declaration->opaque ? 0 : declaration->nwords - 1, length = 1;
	char *text, *at;

	for (size_t i = 0; i < n; i++)
		length += declaration->words[i].length + 1;
	text = at = malloc(length);
	if (!text)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (i)
			*at++ = ' ';
		at = (char *)memcpy(at, declaration->words[i].begin, declaration->words[i].length) +
		     declaration->words[i].length;
	}
	*at = '\0';
	return text;
}

static int fill_field(const struct declaration *declaration, struct tracepoint_field *field)
{
	struct span name = declaration->words[declaration->nwords - 1];
	/* How many elements several dimensions make is for the size to say. */
	size_t dimension = declaration->dimensions == 1 ? declaration->dimension.length : 0;

	field->name = strndup(name.begin, name.length);
	field->type = type_text(declaration);
	if (declaration->dimensions)
		field->dimension = strndup(declaration->dimension.begin, dimension);
	if (!field->name || !field->type || (declaration->dimensions && !field->dimension))
		return -ENOMEM;
	field->pointers = *field->type ? declaration->pointers : 0;
	field->storage = declaration->storage;
	field->is_common = strncmp(field->name, "common_", 7) == 0;
	return 0;
}

/* Reads "KEY:NUMBER;" and moves behind it. */
static bool read_column(const char **at, const char *key, size_t *value)
{
	size_t length = strlen(key);
	const char *text = *at + strspn(*at, " \t");
	char *end;

	if (strncmp(text, key, length) != 0 || text[length] != ':' ||
	    !isdigit((unsigned char)text[length + 1]))
		return false;
	*value = strtoul(text + length + 1, &end, 10);
	if (*end != ';' || *value > MAX_RECORD)
		return false;
	*at = end + 1;
	return true;
}

/* What follows "field:". 1 if it gave a field, 0 if it has no name to be a field by, -EINVAL, -ENOMEM. */
static int read_field(const char *line, struct tracepoint_field *field)
{
	struct declaration declaration = { .storage = TRACEPOINT_INLINE };
	const char *at = strchr(line, ';');
	size_t is_signed;
	int err;

	if (!at)
		return -EINVAL;
	read_declaration(line, at++, &declaration);
	if (!read_column(&at, "offset", &field->offset) || !read_column(&at, "size", &field->size) ||
	    !read_column(&at, "signed", &is_signed))
		return -EINVAL;
	if (declaration.storage != TRACEPOINT_INLINE && field->size != 4)
		return -EINVAL;
	if (declaration.nwords == 0 ||
	    isdigit((unsigned char)*declaration.words[declaration.nwords - 1].begin))
		return 0;
	field->is_signed = is_signed != 0;
	err = fill_field(&declaration, field);
	return err ? err : 1;
}

static void free_field(struct tracepoint_field *field)
{
	free(field->name);
	free(field->type);
	free(field->dimension);
}

static int add_line(const char *line, struct tracepoint_format *format)
{
	struct tracepoint_field field = { 0 }, *fields;
	size_t end = 0;
	int found = read_field(line, &field);

	if (format->nfields) {
		const struct tracepoint_field *last = &format->fields[format->nfields - 1];

		end = last->offset + last->size;
	}
	if (found == 1 && field.offset < end)
		found = -EINVAL;
	fields = found == 1 ? realloc(format->fields, (format->nfields + 1) * sizeof *fields) : NULL;
	if (!fields) {
		free_field(&field);
		return found == 1 ? -ENOMEM : found;
	}
	format->fields = fields;
	fields[format->nfields++] = field;
	return 0;
}

int tracepoint_format_parse(const char *text, struct tracepoint_format *format)
{
	static const char start[] = "field:";

	*format = (struct tracepoint_format){ 0 };
	while (*text) {
		size_t length = strcspn(text, "\n");
		const char *at = text + strspn(text, " \t");

		if (strncmp(at, start, sizeof start - 1) == 0) {
			char *line = strndup(at + sizeof start - 1,
					     length - (size_t)(at - text) - sizeof start + 1);
			int err = line ? add_line(line, format) : -ENOMEM;

			free(line);
			if (err)
				return err;
		}
		text += length + (text[length] == '\n');
	}
	return format->nfields ? 0 : -EINVAL;
}

/* The size of these files is not known before. */
static int read_text(int fd, char **text)
{
	size_t size = 0, length = 0;
	ssize_t n;

	*text = NULL;
	do {
		char *longer = realloc(*text, size += 4096);

		if (!longer)
			return -ENOMEM;
		*text = longer;
		n = read(fd, longer + length, size - length - 1);
		if (n < 0)
			return -errno;
		length += (size_t)n;
	} while (n > 0);
	(*text)[length] = '\0';
	return 0;
}

int tracepoint_format_read(int fd, struct tracepoint_format *format)
{
	char *text;
	int err = read_text(fd, &text);

	*format = (struct tracepoint_format){ 0 };
	if (!err)
		err = tracepoint_format_parse(text, format);
	free(text);
	return err;
}

void tracepoint_format_free(struct tracepoint_format *format)
{
	for (size_t i = 0; i < format->nfields; i++)
		free_field(&format->fields[i]);
	free(format->fields);
	*format = (struct tracepoint_format){ 0 };
}
