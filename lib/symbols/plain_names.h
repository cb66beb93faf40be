/* SPDX-License-Identifier: Apache-2.0 */
/* Names of C++ and Rust as their sources have them; each is asked for once. */
#ifndef CBCC_PLAIN_NAMES_H
#define CBCC_PLAIN_NAMES_H

#include <stddef.h>

struct plain_name {
	char *mangled;
	char *plain; /* NULL: there is none */
};

/* A hash table by the mangled name. */
struct plain_names {
	struct plain_name *names;
	size_t count, size; /* a power of two, or 0 */
};

void plain_names_free(struct plain_names *names);

/** The name in the source; name itself, if it is none of these, or there is no memory. Valid as long as the table. */
const char *plain_name(struct plain_names *names, const char *name);

#endif
