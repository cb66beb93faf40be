/* SPDX-License-Identifier: Apache-2.0 */
#include "symbols/symbol_text.h"

#include <string.h>

/* Text of any length in a buffer of any size. */
struct text {
	char *buf;
	size_t size, length;
};

static void put(struct text *text, const char *string, size_t length)
{
	if (text->length < text->size) {
		size_t room = text->size - text->length;

		memcpy(text->buf + text->length, string, length < room ? length : room);
	}
	text->length += length;
}

static void put_hex(struct text *text, uint64_t value)
{
	char digits[16];
	size_t i = sizeof digits;

	do
		digits[--i] = "0123456789abcdef"[value & 15];
	while (value >>= 4);
	put(text, digits + i, sizeof digits - i);
}

static void terminate(struct text *text)
{
	if (text->size)
		text->buf[text->length < text->size ? text->length : text->size - 1] = '\0';
}

int symbol_text(const struct cbcc_symbol *symbol, unsigned int flags, char *buf, size_t size)
{
	struct text text = { .buf = buf, .size = size };
	const char *name = symbol->name ? symbol->name : "[unknown]";

	put(&text, name, strlen(name));
	if (symbol->name && flags & CBCC_SYM_OFFSET) {
		put(&text, "+0x", 3);
		put_hex(&text, symbol->offset);
	}
	if (symbol->module && flags & CBCC_SYM_MODULE) {
		const char *slash = strrchr(symbol->module, '/'),
			   *module = slash ? slash + 1 : symbol->module;

		put(&text, " [", 2);
		put(&text, module, strlen(module));
		put(&text, "]", 1);
	}
	terminate(&text);
	return (int)text.length;
}
