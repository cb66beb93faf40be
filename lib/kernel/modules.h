/* SPDX-License-Identifier: Apache-2.0 */
/* Which modules of the kernel have BTF, and which builds of them. */
#ifndef CBCC_MODULES_H
#define CBCC_MODULES_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MODULES_BTF_DIRECTORY "/sys/kernel/btf"

/**
 * A line for each, sorted: name, size of its BTF, its build id in hexadecimal. *list is to be freed. 0, or a negative
 * errno; -ENODATA if one has no build id, so that a reload of another build would not be seen.
 */
int modules_list(char **list, size_t *size);

#ifdef __cplusplus
}
#endif

#endif
