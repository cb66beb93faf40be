/* SPDX-License-Identifier: Apache-2.0 */
/* Text of any length in a buffer of any size, as snprintf() has it: what there is no room for counts, and is left out. */
#ifndef CBCC_CUT_TEXT_H
#define CBCC_CUT_TEXT_H

#include <stddef.h>

struct cut_text {
	char *buf;
	size_t size;   /* of buf; may be 0 */
	size_t length; /* of the whole text */
};

void cut_text_put(struct cut_text *text, const char *string, size_t length);

/** Puts the NUL behind what there was room for. */
void cut_text_end(struct cut_text *text);

#endif
