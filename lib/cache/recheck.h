/* SPDX-License-Identifier: Apache-2.0 */
/* Facts as bytes, and whether they still hold. */
#ifndef CBCC_RECHECK_H
#define CBCC_RECHECK_H

#include "cache/bytes.h"
#include "cache/facts.h"

void facts_put(struct bytes *bytes, const struct facts *facts);

/** Reads facts and asks the same questions again. False if an answer is another now. */
bool facts_hold(struct bytes_reader *reader);

#endif
