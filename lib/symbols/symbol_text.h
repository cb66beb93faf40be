/* SPDX-License-Identifier: Apache-2.0 */
/* Symbols as text, as BCC writes them. */
#ifndef CBCC_SYMBOL_TEXT_H
#define CBCC_SYMBOL_TEXT_H

#include "cbcc/symbols.h"

/** "NAME+0xOFFSET [MODULE]", by flags. As snprintf(3): the length of the whole text. */
int symbol_text(const struct cbcc_symbol *symbol, unsigned int flags, char *buf, size_t size);

#endif
