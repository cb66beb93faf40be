/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/kallsyms.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define KALLSYMS "/proc/kallsyms"
#define BUFFER_SIZE 65536

int kallsyms_open(struct kallsyms *symbols)
{
	FILE *file = fopen(KALLSYMS, "re");

	if (!file)
		return error_set(-errno, "cannot open " KALLSYMS);
	setvbuf(file, NULL, _IONBF, 0); /* fread() then reads into the buffer here */
	kallsyms_from_file(symbols, file);
	return 0;
}

void kallsyms_from_file(struct kallsyms *symbols, FILE *file)
{
	*symbols = (struct kallsyms){ .file = file };
}

void kallsyms_close(struct kallsyms *symbols)
{
	fclose(symbols->file);
	free(symbols->buffer);
}

static int grow(struct kallsyms *symbols)
{
	size_t size = symbols->size ? symbols->size * 2 : BUFFER_SIZE;
	char *buffer = realloc(symbols->buffer, size + 1);

	if (!buffer)
		return -ENOMEM;
	symbols->buffer = buffer;
	symbols->size = size;
	return 0;
}

/* More lines, in place of those that were taken; the last line of the file may lack its end. False behind it. */
static bool refill(struct kallsyms *symbols)
{
	size_t kept = symbols->end - symbols->begin, got;
	const char *last;

	if (kept == symbols->size && grow(symbols))
		return false;
	memmove(symbols->buffer, symbols->buffer + symbols->begin, kept);
	got = fread(symbols->buffer + kept, 1, symbols->size - kept, symbols->file);
	symbols->begin = 0;
	symbols->end = kept + got;
	if (!got && kept)
		symbols->buffer[symbols->end++] = '\n';
	last = memrchr(symbols->buffer, '\n', symbols->end);
	symbols->complete = last ? last + 1 - symbols->buffer : 0;
	return symbols->end > 0;
}

/* A line to be taken, which ends with a newline. NULL behind the last one. */
static char *next_line(struct kallsyms *symbols)
{
	while (symbols->begin == symbols->complete)
		if (!refill(symbols))
			return NULL;
	return symbols->buffer + symbols->begin;
}

/* The value of a hexadecimal digit, and 1; 0 for any other character. */
static const unsigned char digits[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

#define EACH(byte) ((byte) * 0x0101010101010101ull) /* of eight */

/* Eight digits at once, of which letters are small: 0x30 to 0x39, 0x61 to 0x66. False if they are something else. */
static inline bool parse_eight(const char *at, uint64_t *sum)
{
	uint64_t text, letters, values;

	memcpy(&text, at, sizeof text);
	text = be64toh(text);
	letters = text >> 6 & EACH(1);
	values = text & EACH(15);
	if ((text & EACH(0xa0)) != EACH(0x20) || (letters ^ (text >> 4 & EACH(1))) != EACH(1) ||
	    ((values + EACH(6) + letters * 3) & EACH(16)))
		return false;
	values += letters * 9;
	values = (values | values >> 4) & 0x00ff00ff00ff00ff;
	values = (values | values >> 8) & 0x0000ffff0000ffff;
	*sum = *sum << 32 | (uint32_t)(values | values >> 16);
	return true;
}

/* Most addresses have 16 digits. What is left of the line may be less. */
static char *parse_address(char *at, size_t left, uint64_t *address)
{
	uint64_t sum = 0;
	unsigned int digit;

	if (left > 16 && parse_eight(at, &sum) && parse_eight(at + 8, &sum))
		at += 16;
	else
		sum = 0;
	for (; (digit = digits[(unsigned char)*at]); at++)
		sum = (sum << 4) + digit - 1;
	*address = sum;
	return at;
}

/* Cuts "[module]" off a line that ends with it; "" if it does not. *end is where the rest ends. */
static const char *parse_module(char *name, char **end)
{
	char *module;

	if ((*end)[-1] != ']')
		return "";
	module = memrchr(name, '[', *end - name);
	if (!module || module == name)
		return "";
	(*end)[-1] = '\0';
	*end = module;
	while (*end > name && ((*end)[-1] == '\t' || (*end)[-1] == ' '))
		--*end;
	return module + 1;
}

/* "ffffffff81378140 T __x64_sys_getpgid", and for a module's symbol a tab and "[module]". end is the line's newline. */
static bool parse(char *line, char *end, struct kallsym *symbol)
{
	char *type = parse_address(line, end - line, &symbol->address), *name = type + 3;

	if (type == line || end <= name || type[0] != ' ' || type[2] != ' ')
		return false;
	symbol->module = parse_module(name, &end);
	*end = '\0';
	symbol->type = type[1];
	symbol->name = name;
	symbol->name_length = end - name;
	return end > name;
}

bool kallsyms_next(struct kallsyms *symbols, struct kallsym *symbol)
{
	char *line, *end;

	while ((line = next_line(symbols))) {
		end = memchr(line, '\n', symbols->complete - symbols->begin);
		symbols->begin = end + 1 - symbols->buffer;
		if (parse(line, end, symbol))
			return true;
	}
	return false;
}

bool kallsym_is_text(const struct kallsym *symbol)
{
	return strchr("tTwW", symbol->type) != NULL;
}
