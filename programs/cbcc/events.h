/* SPDX-License-Identifier: Apache-2.0 */
/* Events of perf buffers and ring buffers, decoded by their C types: a line for each. */
#ifndef CBCC_COMMAND_EVENTS_H
#define CBCC_COMMAND_EVENTS_H

#include "session.h"

/** Opens all buffers of the text. */
enum status events_open(struct session *session);

/** Writes the events there are. 0 or more: their number; else -errno. */
int events_take(struct session *session);

/** Says what was lost. */
void events_report_lost(struct session *session);

void events_free(struct session *session);

#endif
