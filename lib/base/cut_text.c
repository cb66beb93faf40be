/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cut_text.h"

#include <string.h>

void cut_text_put(struct cut_text *text, const char *string, size_t length)
{
	if (text->length < text->size) {
		size_t room = text->size - text->length;

		memcpy(text->buf + text->length, string, length < room ? length : room);
	}
	text->length += length;
}

void cut_text_end(struct cut_text *text)
{
	if (text->size)
		text->buf[text->length < text->size ? text->length : text->size - 1] = '\0';
}
