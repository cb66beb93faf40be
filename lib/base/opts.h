/* SPDX-License-Identifier: Apache-2.0 */
/* Option structs that grow: what an older or a newer caller hands over becomes the struct this library knows. */
#ifndef CBCC_OPTS_H
#define CBCC_OPTS_H

#include <stddef.h>

/**
 * Copies a caller's option struct (first member: size_t sz) into known, a struct of known_size bytes; what the
 * caller's lacks is zero. NULL gives all zero.
 *
 * Returns 0; -EINVAL if sz is smaller than itself or absurd; -E2BIG if bytes this library does not know are not zero. The
 * thread's error is set, naming the struct.
 */
int opts_copy(void *known, size_t known_size, const void *opts, const char *struct_name);

#endif
