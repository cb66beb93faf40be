/* SPDX-License-Identifier: Apache-2.0 */
/* The types that a compiled object describes, for people. */
#ifndef CBCC_BTF_TEXT_H
#define CBCC_BTF_TEXT_H

#include "handle.h"

/** Writes the object's BTF to the handle's log: types as C, then functions and variables. */
void btf_text_log(const struct cbcc *b);

#endif
