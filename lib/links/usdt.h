/* SPDX-License-Identifier: Apache-2.0 */
/* Attaching to the USDT probes that contexts have enabled. */
#ifndef CBCC_USDT_LINK_H
#define CBCC_USDT_LINK_H

#include "handle.h"

/** Attaches at all their places, in all processes if pids do not count. 0, or the errno of the first that failed, error set. */
int usdt_attach(struct cbcc *b, struct cbcc_usdt *const *contexts, size_t count, bool ignore_pid);

/** Loads the functions that they are for. 0, or errno, error set. */
int usdt_load(struct cbcc *b, struct cbcc_usdt *const *contexts, size_t count);

#endif
