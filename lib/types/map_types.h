/* SPDX-License-Identifier: Apache-2.0 */
/* The types of a map's keys and leaves, as the object's BTF declares the map. */
#ifndef CBCC_MAP_TYPES_H
#define CBCC_MAP_TYPES_H

#include "handle.h"

/** Finds them; NULL where the map says nothing but a size. 0, or -errno, error set. */
int map_types_find(struct cbcc *b, const char *map, const struct cbcc_type **key,
		   const struct cbcc_type **leaf);

#endif
