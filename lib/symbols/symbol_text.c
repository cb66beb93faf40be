/* SPDX-License-Identifier: Apache-2.0 */
#include "symbols/symbol_text.h"

#include <string.h>

#include "base/cut_text.h"

static void put_hex(struct cut_text *text, uint64_t value)
{
	char digits[16];
	size_t i = sizeof digits;

	do
		digits[--i] = "0123456789abcdef"[value & 15];
	while (value >>= 4);
	cut_text_put(text, digits + i, sizeof digits - i);
}

int symbol_text(const struct cbcc_symbol *symbol, unsigned int flags, char *buf, size_t size)
{
	struct cut_text text = { .buf = buf, .size = size };
	const char *name = symbol->name ? symbol->name : "[unknown]";

	cut_text_put(&text, name, strlen(name));
	if (symbol->name && flags & CBCC_SYM_OFFSET) {
		cut_text_put(&text, "+0x", 3);
		put_hex(&text, symbol->offset);
	}
	if (symbol->module && flags & CBCC_SYM_MODULE) {
		const char *slash = strrchr(symbol->module, '/'),
			   *module = slash ? slash + 1 : symbol->module;

		cut_text_put(&text, " [", 2);
		cut_text_put(&text, module, strlen(module));
		cut_text_put(&text, "]", 1);
	}
	cut_text_end(&text);
	return (int)text.length;
}
