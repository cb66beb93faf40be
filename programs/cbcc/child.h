/* SPDX-License-Identifier: Apache-2.0 */
/* The command of -c: a process that waits until everything is attached, and is then let go. */
#ifndef CBCC_CHILD_H
#define CBCC_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "status.h"

struct child {
	pid_t pid; /* 0: there is none */
	int gate;  /* what it waits at */
};

/** Starts a command, taken apart as a shell does it but run without one, up to the gate. */
enum status child_start(struct child *child, const char *command);

/** Opens the gate. */
void child_go(struct child *child);

/** Whether it has ended; it is no more then. */
bool child_has_ended(struct child *child);

/** Ends it, if it runs, and waits for that. */
void child_end(struct child *child);

#endif
