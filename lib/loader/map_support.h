/* SPDX-License-Identifier: Apache-2.0 */
/* Types of maps that a kernel may not have. */
#ifndef CBCC_MAP_SUPPORT_H
#define CBCC_MAP_SUPPORT_H

#include <bpf/libbpf.h>

/**
 * Whether a map could not be made because this kernel has none of its type: -EOPNOTSUPP with the error set, which names the
 * type and the version of Linux that has it; else 0.
 */
int map_support_explain(const struct bpf_map *map);

#endif
