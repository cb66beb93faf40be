/* SPDX-License-Identifier: Apache-2.0 */
/* Attaching what the options say: "KIND:WHERE=FUNCTION". */
#ifndef CBCC_COMMAND_ATTACH_H
#define CBCC_COMMAND_ATTACH_H

#include "session.h"

/** Attaches all. */
enum status attach_all(struct session *session);

/** The USDT probes among them, which are needed before the text is compiled; *contexts and its elements are to be freed. */
enum status attach_usdt(const struct session *session, struct cbcc_usdt ***contexts, size_t *count);

#endif
