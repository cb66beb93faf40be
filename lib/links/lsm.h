/* SPDX-License-Identifier: Apache-2.0 */
/* Attaching to the hooks of security modules, where a program's result allows or forbids. */
#ifndef CBCC_LSM_H
#define CBCC_LSM_H

#include "links/link.h"

/** Attaches a function to a hook ("file_open") and adds the link. 0, or errno, error set. */
int lsm_attach(struct cbcc *b, enum link_kind kind, const char *hook,
	       const struct compiled_function *function);

#endif
