/* SPDX-License-Identifier: Apache-2.0 */
/* Functions whose name, or section, says what they are attached to. */
#ifndef CBCC_NAMED_H
#define CBCC_NAMED_H

#include "links/link.h"

/**
 * The function that a call means: PREFIXname, or name where that is such a function or one in SEC("SECTION/TARGET"). *rest is what
 * stands behind the prefix, or in the section: owned by the function. 0, or -EINVAL, -ENOENT, error set.
 */
int named_function(struct cbcc *b, const char *call, const char *prefix, const char *section,
		   const char *fn_name, const struct compiled_function **function, const char **rest);

#endif
