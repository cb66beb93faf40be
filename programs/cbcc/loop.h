/* SPDX-License-Identifier: Apache-2.0 */
/* Waits for what a program says, and for what ends it. */
#ifndef CBCC_LOOP_H
#define CBCC_LOOP_H

#include "session.h"

/** Writes everything until an end: a signal, -d, -n, the end of -c's command or -p's process, or of who reads the output. */
enum status loop(struct session *session);

#endif
