/* SPDX-License-Identifier: Apache-2.0 */
/* What a saved object has beside what libbpf knows of it, as the bytes of a section. */
#ifndef CBCC_DESCRIPTION_H
#define CBCC_DESCRIPTION_H

#include "cache/bytes.h"
#include "handle.h"

#define DESCRIPTION_SECTION ".cbcc"

void description_put(struct bytes *bytes, const struct cbcc *b);

/** Gives the handle what the section says. NULL, or what is wrong with it. */
const char *description_get(const void *data, size_t size, struct cbcc *b);

/** Does the same for an object without such a section, of libbpf's kind. 0, or errno, error set. */
int description_guess(struct cbcc *b);

#endif
