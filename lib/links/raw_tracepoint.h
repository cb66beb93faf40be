/* SPDX-License-Identifier: Apache-2.0 */
/* Attaching to tracepoints without their records: programs get the arguments that the kernel's code passes. */
#ifndef CBCC_RAW_TRACEPOINT_H
#define CBCC_RAW_TRACEPOINT_H

#include "links/link.h"

/** Attaches a function to a tracepoint, which has no category here, and adds the link. 0, or errno, error set. */
int raw_tracepoint_attach(struct cbcc *b, enum link_kind kind, const char *event,
			  const struct compiled_function *function);

#endif
