/* SPDX-License-Identifier: Apache-2.0 */
#include "readers/record_format.h"

#include <string.h>

#include "readers/trace_record.h"

/* What is to be printed has to end somewhere. */
#define DIGITS_MAX 3
#define FLAGS_MAX 5

static const struct {
	const char *name;
	unsigned int bits;
} lengths[] = { { "hh", 8 }, { "h", 16 }, { "ll", 64 }, { "l", 64 }, { "z", 64 }, { "", 32 } };

/* Behind the "p". */
static const struct {
	const char *name;
	enum piece_kind kind;
	char letter, version;
} pointers[] = {
	{ "ks", PIECE_STRING, 'k', 0 },    { "us", PIECE_STRING, 'u', 0 },
	{ "i4", PIECE_ADDRESS, 'i', '4' }, { "i6", PIECE_ADDRESS, 'i', '6' },
	{ "I4", PIECE_ADDRESS, 'I', '4' }, { "I6", PIECE_ADDRESS, 'I', '6' },
	{ "x", PIECE_POINTER, 'p', 0 },    { "K", PIECE_POINTER, 'p', 0 },
	{ "s", PIECE_POINTER, 'p', 0 },    { "S", PIECE_POINTER, 'p', 0 },
	{ "B", PIECE_POINTER, 'p', 0 },    { "", PIECE_POINTER, 'p', 0 },
};

static size_t digits(const char *p)
{
	return strspn(p, "0123456789");
}

/* Takes flags, width and precision. false if they are none that anybody means. */
static bool take_options(const char **p)
{
	size_t flags = strspn(*p, "0+- #"), width, precision = 0;

	*p += flags;
	width = digits(*p);
	*p += width;
	if (**p == '.') {
		precision = digits(++*p);
		*p += precision;
	}
	return flags <= FLAGS_MAX && width <= DIGITS_MAX && precision <= DIGITS_MAX;
}

static void take_pointer(const char **p, struct format_piece *piece)
{
	size_t i = 0;

	while (strncmp(*p, pointers[i].name, strlen(pointers[i].name)) != 0)
		i++;
	*p += strlen(pointers[i].name);
	piece->kind = pointers[i].kind;
	piece->letter = pointers[i].letter;
	piece->version = pointers[i].version;
}

static void take_integer(const char **p, struct format_piece *piece)
{
	size_t i = 0;

	while (strncmp(*p, lengths[i].name, strlen(lengths[i].name)) != 0)
		i++;
	*p += strlen(lengths[i].name);
	piece->bits = lengths[i].bits;
	piece->letter = **p == 'i' ? 'd' : **p;
	if (!**p)
		return;
	if (strchr("duxXo", piece->letter) || (piece->letter == 'c' && piece->bits == 32))
		piece->kind = PIECE_INTEGER;
	++*p;
}

/* A conversion, from behind its "%". */
static void take_conversion(const char **p, struct format_piece *piece)
{
	const char *start = *p;
	bool ok = take_options(p);

	piece->kind = PIECE_BAD;
	piece->options = *p - start;
	if (**p == 'p' && ok) {
		++*p;
		take_pointer(p, piece);
	} else if (**p == 's' && ok) {
		++*p;
		piece->kind = PIECE_STRING;
		piece->letter = 's';
	} else {
		take_integer(p, piece);
	}
	if (!ok)
		piece->kind = PIECE_BAD;
}

bool record_format_next(const char **format, struct format_piece *piece)
{
	const char *p = *format;

	*piece = (struct format_piece){ .kind = PIECE_TEXT, .text = p };
	if (!*p)
		return false;
	if (p[0] == '%' && p[1] == '%') {
		piece->text = p + 1;
		p += 2;
	} else if (*p == '%') {
		p++;
		take_conversion(&p, piece);
	} else {
		p += strcspn(p, "%");
	}
	piece->length = p - piece->text;
	*format = p;
	return true;
}

bool piece_has_value(const struct format_piece *piece)
{
	return piece->kind != PIECE_TEXT && piece->kind != PIECE_BAD;
}

size_t piece_memory(const struct format_piece *piece)
{
	if (piece->kind == PIECE_STRING)
		return TRACE_STRING_SIZE;
	return piece->kind == PIECE_ADDRESS ? TRACE_BYTES_SIZE : 0;
}
