/* SPDX-License-Identifier: Apache-2.0 */
/* The stacks of a run, as lines or as a flame graph, when it ends. */
#ifndef CBCC_SVG_H
#define CBCC_SVG_H

#include "session.h"

/** Opens what stacks are written to, if the options ask for their lines or their graph. */
enum status svg_begin(struct session *session);

/** Writes the graph, and the lines if these are asked for, too. */
enum status svg_end(struct session *session);

#endif
