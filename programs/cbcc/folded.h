/* SPDX-License-Identifier: Apache-2.0 */
/* Stacks as lines for flame graphs: "comm;main;read 12". */
#ifndef CBCC_FOLDED_H
#define CBCC_FOLDED_H

#include "session.h"

/** Whether values of a type have a stack. */
bool folded_has_stack(const struct session *session, const struct cbcc_type *type);

/** Writes the line of a value that was counted so often. 0 or -errno. */
int folded_put(struct session *session, FILE *out, const struct cbcc_type *type, const void *data, uint64_t count);

#endif
