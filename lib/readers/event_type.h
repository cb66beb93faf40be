/* SPDX-License-Identifier: Apache-2.0 */
/* The type of a buffer's events, which the compiler took from the calls that submit them. */
#ifndef CBCC_EVENT_TYPE_H
#define CBCC_EVENT_TYPE_H

#include <bpf/btf.h>

#include "handle.h"

/**
 * The type of the events of a perf buffer or ring buffer, in the BTF of the text's object: its id, a struct's or a
 * typedef's of one without a name. *btf belongs to the handle. -ENOENT: the text has no such map, or submits no struct
 * to it; or another errno; with the error set.
 */
int cbcc_event_type_id(struct cbcc *b, const char *map, const struct btf **btf);

#endif
