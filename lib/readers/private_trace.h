/* SPDX-License-Identifier: Apache-2.0 */
/* A private trace stream as lines in the trace pipe's form. */
#ifndef CBCC_PRIVATE_TRACE_H
#define CBCC_PRIVATE_TRACE_H

#include "handle.h"
#include "readers/trace_pipe.h"

/** Opens the stream of a handle that was made with one. 0, or errno, error set. */
int private_trace_open(struct cbcc *b, struct trace_pipe **pipe);

/** The lines that did not fit since the handle was made. */
uint64_t private_trace_lost(const struct cbcc *b);

#endif
