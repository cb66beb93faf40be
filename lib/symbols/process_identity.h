/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about a process that its symbols need answered. */
#ifndef CBCC_PROCESS_IDENTITY_H
#define CBCC_PROCESS_IDENTITY_H

#include "symbols/process_symbols.h"

/** False: there is no such process, or it has ended and waits for its parent. */
bool process_identify(pid_t pid, struct process_identity *identity);

/** Its number in its own process namespace; pid where that is not known. */
pid_t process_inner_pid(pid_t pid);

/** Whether it sees other files than this process: it has another root, or other mounts. */
bool process_has_own_root(pid_t pid);

/** The user whose process it is. */
uid_t process_owner(pid_t pid);

/** A copy of a mapping, to be freed; NULL if it cannot be read or is larger than max. */
void *process_read_map(pid_t pid, const struct process_map *map, size_t max);

#endif
