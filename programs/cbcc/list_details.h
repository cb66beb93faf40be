/* SPDX-License-Identifier: Apache-2.0 */
/* What a program finds at a probe: below each probe of a list with -v. */
#ifndef CBCC_LIST_DETAILS_H
#define CBCC_LIST_DETAILS_H

#include "cbcc.h"

/** The fields of a tracepoint, "category:event", as args-> has them. */
void list_tracepoint_fields(const char *name);

void list_usdt_arguments(const struct cbcc_usdt_probe *probe);

#endif
