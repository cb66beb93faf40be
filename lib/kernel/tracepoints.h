/* SPDX-License-Identifier: Apache-2.0 */
/* The tracepoints of the kernel. */
#ifndef CBCC_TRACEPOINTS_H
#define CBCC_TRACEPOINTS_H

#include <regex.h>

#include "kernel/functions.h"

/** All "category:event" that the expression matches whole, sorted; to be freed. 0, or -errno, error set. */
int tracepoints_match(const regex_t *regex, struct function_list *list);

#endif
