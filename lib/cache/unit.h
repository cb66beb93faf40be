/* SPDX-License-Identifier: Apache-2.0 */
/* What a compile gave, as bytes. */
#ifndef CBCC_UNIT_H
#define CBCC_UNIT_H

#include "cache/bytes.h"
#include "compiler/compiler.h"

void unit_put(struct bytes *bytes, const struct compiled *unit);

/** *unit is to be released by compiler_release(), also if the reader has failed. */
void unit_get(struct bytes_reader *reader, struct compiled *unit);

#endif
