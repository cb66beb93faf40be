/* SPDX-License-Identifier: Apache-2.0 */
/* What -v says of the run: where functions are attached, how often they ran. */
#ifndef CBCC_SUMMARY_H
#define CBCC_SUMMARY_H

#include "session.h"

/** Says what is attached; an error if nothing is. */
enum status summary_begin(struct session *session);

/** Says how often each function ran, how long that took, and when it could not. */
void summary_end(struct session *session);

#endif
