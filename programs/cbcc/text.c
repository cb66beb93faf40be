/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <stdbool.h>
#include <string.h>

/* Bytes of the character that text begins with, if it is one that can be shown as it is; else 0. */
static size_t character(const unsigned char *text, size_t size)
{
	size_t length = *text < 0x80 ? 1 : *text < 0xc2 ? 0 : *text < 0xe0 ? 2 : *text < 0xf0 ? 3 : *text < 0xf5 ? 4 : 0;

	if (length > size || *text < 0x20 || *text == 0x7f)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if ((*text == 0xc2 && text[1] < 0xa0) || (*text == 0xe0 && text[1] < 0xa0) ||
	    (*text == 0xed && text[1] > 0x9f) || (*text == 0xf0 && text[1] < 0x90) ||
	    (*text == 0xf4 && text[1] > 0x8f))
		return 0; /* control characters, surrogates, longer than need be, beyond Unicode */
	return length;
}

static const char *escape(unsigned char byte)
{
	return byte == '\n' ? "\\n" : byte == '\t' ? "\\t" : byte == '\r' ? "\\r" : NULL;
}

static void put(FILE *out, const char *bytes, size_t size, bool json)
{
	const unsigned char *text = (const unsigned char *)bytes, *end = text + strnlen(bytes, size);

	while (text < end) {
		size_t length = character(text, (size_t)(end - text));

		if (json && length == 1 && (*text == '"' || *text == '\\'))
			fprintf(out, "\\%c", *text);
		else if (length)
			fwrite(text, 1, length, out);
		else if (escape(*text))
			fputs(escape(*text), out);
		else
			fprintf(out, json ? "\\u%04x" : "\\x%02x", *text);
		text += length ? length : 1;
	}
}

void text_put(FILE *out, const char *text, size_t size)
{
	put(out, text, size, false);
}

void text_put_json(FILE *out, const char *text, size_t size)
{
	fputc('"', out);
	put(out, text, size, true);
	fputc('"', out);
}

void text_put_json_string(FILE *out, const char *text)
{
	text_put_json(out, text, strlen(text));
}

size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}
