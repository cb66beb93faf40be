/* SPDX-License-Identifier: Apache-2.0 */
/* Maps that are histograms, as bars or in JSON. */
#ifndef CBCC_HISTOGRAMS_H
#define CBCC_HISTOGRAMS_H

#include "session.h"

/** Prints one; as JSON only those of powers of two. 0 or -errno. */
int histograms_print(struct session *session, struct cbcc_table *table);

#endif
