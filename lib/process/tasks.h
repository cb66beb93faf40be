/* SPDX-License-Identifier: Apache-2.0 */
/* The threads of a process. */
#ifndef CBCC_PROCESS_TASKS_H
#define CBCC_PROCESS_TASKS_H

#include <stddef.h>
#include <sys/types.h>

/**
 * The threads that a process has now, by their numbers; of the number of another thread than its first, only that one. To be
 * freed. 0, or -ESRCH, -ENOMEM and others; the thread's error is not set.
 */
int process_tasks(pid_t pid, pid_t **tasks, size_t *count);

#endif
