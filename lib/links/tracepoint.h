/* SPDX-License-Identifier: Apache-2.0 */
/* Attaching to tracepoints. */
#ifndef CBCC_TRACEPOINT_H
#define CBCC_TRACEPOINT_H

#include "links/link.h"

/** Attaches link, which is in no list yet, to a tracepoint. 0, or errno, error set. */
int tracepoint_link(struct cbcc *b, struct link *link, const char *category, const char *event);

#endif
