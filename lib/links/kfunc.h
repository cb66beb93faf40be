/* SPDX-License-Identifier: Apache-2.0 */
/* Attaching to kernel functions, their returns and results, and to tracepoints, all by BTF. */
#ifndef CBCC_KFUNC_H
#define CBCC_KFUNC_H

#include "links/tracing.h"

/** The place that MODULE__FUNCTION, as below, names. */
struct tracing_site kfunc_site(enum link_kind kind, const char *rest);

/**
 * Attaches a function to MODULE__FUNCTION, where MODULE is vmlinux for the kernel itself and may be left out then, and
 * adds the link. kind is LINK_KFUNC, LINK_KRETFUNC, LINK_FMOD_RET or LINK_TP_BTF. 0, or errno, error set.
 */
int kfunc_attach(struct cbcc *b, enum link_kind kind, const char *rest,
		 const struct compiled_function *function);

/** The same for a name as it is. */
int kfunc_attach_exact(struct cbcc *b, enum link_kind kind, const char *name,
		       const struct compiled_function *function);

#endif
