/* SPDX-License-Identifier: Apache-2.0 */
/* What programs print by bpf_trace_printk(). */
#ifndef CBCC_TRACE_LINES_H
#define CBCC_TRACE_LINES_H

#include "session.h"

/** Whether the text prints lines; opens their stream if it does. */
enum status trace_lines_open(struct session *session);

/** Writes the lines there are. 0 or more: their number; else -errno. */
int trace_lines_take(struct session *session);

/** Says what was lost. */
void trace_lines_report_lost(struct session *session);

#endif
