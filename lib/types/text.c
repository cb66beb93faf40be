/* SPDX-License-Identifier: Apache-2.0 */
#include "types/text.h"

#include <string.h>

/* Bytes of a character that begins so; 0: none does. */
static size_t length_by_first(unsigned char first)
{
	if (first < 0x80)
		return first >= 0x20 && first != 0x7f;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* Longer forms than need be, surrogates, and what is beyond the last character are no UTF-8. */
static bool is_valid_second(unsigned char first, unsigned char second)
{
	static const struct {
		unsigned char first, low, high;
	} limits[] = {
		{ 0xe0, 0xa0, 0xbf }, { 0xed, 0x80, 0x9f }, { 0xf0, 0x90, 0xbf }, { 0xf4, 0x80, 0x8f }
	};

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (limits[i].first == first)
			return second >= limits[i].low && second <= limits[i].high;
	return (second & 0xc0) == 0x80;
}

size_t text_character(const unsigned char *text, size_t size)
{
	size_t length = length_by_first(*text);

	if (length > size || (length > 1 && !is_valid_second(text[0], text[1])))
		return 0;
	for (size_t i = 2; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

static int digit_value(char digit)
{
	static const char digits[] = "00112233445566778899aAbBcCdDeEfF";
	const char *at = digit ? strchr(digits, digit) : NULL;

	return at ? (int)(at - digits) / 2 : 16;
}

/* Up to max digits of that base. Returns how many there are. */
static size_t read_digits(const char **at, int base, size_t max, unsigned int *value)
{
	size_t count = 0;

	for (*value = 0; count < max && digit_value(**at) < base; count++)
		*value = *value * (unsigned int)base + (unsigned int)digit_value(*(*at)++);
	return count;
}

static size_t encode(unsigned int code, unsigned char bytes[4])
{
	static const unsigned char firsts[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	if (code < 0x100) { /* as written for a byte that is no character */
		bytes[0] = (unsigned char)code;
		return 1;
	}
	for (size_t i = length; i-- > 1; code >>= 6)
		bytes[i] = (unsigned char)(0x80 | (code & 0x3f));
	bytes[0] = (unsigned char)(firsts[length] | code);
	return length;
}

/* uXXXX, and another one behind it for characters beyond 0xffff. */
static size_t unescape_unicode(const char **at, unsigned char bytes[4])
{
	unsigned int code, low;

	if (read_digits(at, 16, 4, &code) != 4)
		return 0;
	if (code >= 0xd800 && code < 0xdc00) {
		if (strncmp(*at, "\\u", 2) != 0)
			return 0;
		*at += 2;
		if (read_digits(at, 16, 4, &low) != 4 || low < 0xdc00 || low > 0xdfff)
			return 0;
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
	}
	return encode(code, bytes);
}

size_t text_unescape(const char **at, unsigned char bytes[4])
{
	static const char letters[] = "abfnrtv", meanings[] = "\a\b\f\n\r\t\v";
	const char *letter = **at ? strchr(letters, **at) : NULL;
	unsigned int code;

	if (digit_value(**at) < 8) {
		bytes[0] = read_digits(at, 8, 3, &code) ? (unsigned char)code : 0;
		return code < 256;
	}
	if (letter) {
		(*at)++;
		bytes[0] = (unsigned char)meanings[letter - letters];
		return 1;
	}
	switch (*(*at)++) {
	case 'x':
		if (!read_digits(at, 16, 2, &code))
			return 0;
		bytes[0] = (unsigned char)code;
		return 1;
	case 'u':
		return unescape_unicode(at, bytes);
	case '"':
	case '\\':
	case '/':
	case '\'':
		bytes[0] = (unsigned char)(*at)[-1];
		return 1;
	default:
		return 0;
	}
}
