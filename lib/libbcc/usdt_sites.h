/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What attaching to a USDT probe needs to know and bpf_attach_uprobe() is not told: its semaphore, and the number of the
 * place. It is known by the file and the place in it, of the contexts whose readers were asked for last, and of those
 * whose places were asked for since.
 */
#ifndef CBCC_LIBBCC_USDT_SITES_H
#define CBCC_LIBBCC_USDT_SITES_H

#include <stddef.h>
#include <stdint.h>

struct cbcc_usdt;

struct usdt_place {
	uint64_t semaphore_offset; /* in the file; 0: it has none */
	uint64_t cookie;           /* 0: it needs none */
};

/** Remembers the places that contexts have enabled, and no others. 0 or -ENOMEM, error set. */
int usdt_places_remember(struct cbcc_usdt *const *contexts, size_t count);

/** Remembers those of a context as well. 0 or -ENOMEM, error set. */
int usdt_places_add(struct cbcc_usdt *context);

/** Fills *place if there is a probe, for the function that the program is. */
void usdt_place_find(const char *path, uint64_t offset, int progfd, struct usdt_place *place);

#endif
