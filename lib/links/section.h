/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that say in libbpf's way what runs them: SEC("kprobe/FUNCTION") and its like. */
#ifndef CBCC_SECTION_H
#define CBCC_SECTION_H

#include "links/link.h"

/**
 * Attaches a function to what its section names, as the skeletons of libbpf do. One whose section names a kind of
 * program and no event is left to cbcc_attach_...(); one that only the application can attach, as it needs a network
 * device or a cgroup, is loaded. 0, or errno, error set.
 */
int section_attach(struct cbcc *b, const struct compiled_function *function);

/** The same without attaching: loads all but what is left to the application or to libbpf. */
int section_load(struct cbcc *b, const struct compiled_function *function);

#endif
