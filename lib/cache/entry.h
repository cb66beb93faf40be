/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An entry of the cache, as bytes: what it is (a magic number, a checksum over the rest), the whole key, the facts, the
 * unit. The name is a hash of the key; since the key itself is compared, the hash may be any, and so may the checksum,
 * which is there for disks that were full and machines that went down.
 */
#ifndef CBCC_ENTRY_H
#define CBCC_ENTRY_H

#include "cache/bytes.h"
#include "cache/directory.h"
#include "cache/facts.h"
#include "compiler/compiler.h"

void entry_name(const struct bytes *key, char name[ENTRY_NAME_SIZE]);

void entry_put(struct bytes *entry, const struct bytes *key, const struct facts *facts,
	       const struct compiled *unit);

/** NULL if the entry's unit is right for the key, now: it is then in *unit. Else why it is not. */
const char *entry_get(const void *entry, size_t size, const struct bytes *key, struct compiled *unit);

#endif
