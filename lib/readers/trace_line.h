/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a line of the trace pipe. */
#ifndef CBCC_TRACE_LINE_H
#define CBCC_TRACE_LINE_H

#include <stdbool.h>
#include <stdint.h>

struct cbcc_trace_line;

/**
 * Takes a line of the form "   comm-pid     [cpu] flags ts: function: msg" apart, in place: line is changed,
 * fields point into it. comm, right-aligned in 16 columns, may hold blanks, dashes, colons and brackets. A
 * thread group id in parentheses may follow the pid (option record-tgid), and the flags may lack (option
 * noirq-info): then "".
 *
 * Returns 0, or -EINVAL for a line of another form or a number too large, leaving line as it was. Sets no
 * error.
 */
int trace_line_parse(char *line, struct cbcc_trace_line *fields);

/** Whether the line is "CPU:n [LOST m EVENTS]"; *events is m, or 1 where the kernel does not know it. */
bool trace_line_lost(const char *line, uint64_t *events);

#endif
