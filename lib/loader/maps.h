/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The maps of a text in the kernel: made once, by an object of which no program is loaded, and shared by the objects
 * of its programs. A map may be pinned, and be there already; or be another text's.
 */
#ifndef CBCC_MAPS_H
#define CBCC_MAPS_H

#include <bpf/libbpf.h>

#include "handle.h"

/** Makes the maps that the text declares, if it declares any and they are not made yet. 0, or errno, error set. */
int maps_create(struct cbcc *b);

/** Makes maps_create() part of making the handle where others may wait for the maps: public and pinned ones. */
int maps_create_if_awaited(struct cbcc *b);

/**
 * A map by its name in the text, which libbpf forgets when another one that exists already takes the place of a map. NULL
 * if there is none, or if none is made yet.
 */
struct bpf_map *maps_find(const struct cbcc *b, const char *name);

void maps_free(struct cbcc *b);

#endif
