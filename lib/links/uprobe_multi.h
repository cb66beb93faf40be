/* SPDX-License-Identifier: Apache-2.0 */
/* Attaching to many places of one file at once, as kernels since 6.6 can. */
#ifndef CBCC_UPROBE_MULTI_H
#define CBCC_UPROBE_MULTI_H

#include "links/link.h"
#include "process/binary.h"

/**
 * Attaches link, which is in no list yet, to all offsets of the file, or to none. 0; -EOPNOTSUPP if this kernel cannot; another
 * errno. The error is set only if the program cannot be loaded.
 */
int uprobe_multi_link(struct cbcc *b, struct link *link, const struct binary *binary, const uint64_t *offsets,
		      size_t count, pid_t pid);

#endif
