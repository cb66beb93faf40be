/* SPDX-License-Identifier: Apache-2.0 */
/* The first SIGINT or SIGTERM ends the run, the second one the process. */
#ifndef CBCC_SIGNALS_H
#define CBCC_SIGNALS_H

#include <stdbool.h>

/** From now on, SIGINT, SIGTERM, SIGHUP and SIGCHLD make the descriptor readable that is returned; -1 with errno. */
int signals_begin(void);

/** Whether the run was asked to end. Empties the descriptor. */
bool signals_ask_for_end(void);

#endif
