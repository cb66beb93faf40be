/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions that read the arguments of USDT probes, as C. For argument N of what function F is enabled for:
 *
 *     static int _bpf_readarg_F_N(struct pt_regs *ctx, void *dest, size_t len)
 *
 * One probe may be at several places, with its arguments elsewhere at each, and one function may be for several probes.
 * By the bits of the instruction pointer below a page the function knows where it is, wherever the file is loaded; where
 * two places have the same, the kernel tells it by a number that each place is attached with.
 */
#ifndef CBCC_USDT_READERS_H
#define CBCC_USDT_READERS_H

#include "usdt/probes.h"

/** A place with what makes it known to the function. */
struct usdt_site {
	const struct cbcc_usdt *context;
	const struct usdt_probe *probe;
	const struct cbcc_usdt_location *location;
	uint64_t
		cookie; /* to attach with; 0: it needs none. The same for the same place in another context */
};

struct usdt_sites {
	struct usdt_site *sites; /* those of a function next to each other */
	size_t count;
};

/** All places that contexts have enabled. 0 or -ENOMEM, error set. */
int usdt_sites_list(struct cbcc_usdt *const *contexts, size_t count, struct usdt_sites *sites);

void usdt_sites_free(struct usdt_sites *sites);

/** The text for contexts, to be freed; "" if nothing is enabled. 0, or -ENOENT (no such symbol), -ENOMEM, error set. */
int usdt_readers_make(struct cbcc_usdt *const *contexts, size_t count, char **text);

/** Of two sizes, signed ones being negative, the wider; and its type. */
int usdt_wider(int a, int b);
const char *usdt_type_name(int size);

#endif
