/* SPDX-License-Identifier: Apache-2.0 */
/* Attaching to the entries and returns of kernel functions by BTF: fentry and fexit. */
#ifndef CBCC_KFUNC_H
#define CBCC_KFUNC_H

#include "links/link.h"

/**
 * Attaches a function to MODULE__FUNCTION, where MODULE is vmlinux for the kernel itself and may be left out then, and
 * adds the link. kind is LINK_KFUNC or LINK_KRETFUNC. 0, or errno, error set.
 */
int kfunc_attach(struct cbcc *b, enum link_kind kind, const char *rest,
		 const struct compiled_function *function);

#endif
