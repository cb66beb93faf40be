/* SPDX-License-Identifier: Apache-2.0 */
/* Maps that are histograms, as bars or in JSON. */
#ifndef CBCC_HISTOGRAMS_H
#define CBCC_HISTOGRAMS_H

#include "session.h"

bool histograms_is_one(const struct session *session, const struct cbcc_table *table);

/** Whether it is one of powers of two. */
bool histograms_is_log2(const struct session *session, const struct cbcc_table *table);

/** Prints one; as JSON only those of powers of two. 0 or -errno. */
int histograms_print(struct session *session, struct cbcc_table *table);

#endif
