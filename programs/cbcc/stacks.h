/* SPDX-License-Identifier: Apache-2.0 */
/* Stacks, by the numbers that programs store of them. */
#ifndef CBCC_STACKS_H
#define CBCC_STACKS_H

#include "session.h"

/** Finds the text's table of stacks. */
void stacks_find(struct session *session);

/** Whether an address is one of the kernel's. */
bool stacks_is_kernel(uint64_t address);

/** Writes a stack below a line, a function on each, the innermost first. whole says of which process it is. */
void stacks_put(struct session *session, const struct cbcc_field *field, const struct cbcc_type *whole,
		const void *data);

/** The same as a list in JSON. */
void stacks_put_json(struct session *session, FILE *out, const struct cbcc_field *field,
		     const struct cbcc_type *whole, const void *data);

/**
 * Looks for the names in all stacks of the process of -p or -c there are now: once it has ended, only what was read of it
 * before has a name.
 */
void stacks_learn(struct session *session);

/** The process that a value is of, by its member pid or tgid; else that of -p or -c; -1: not known. */
int stacks_pid(const struct session *session, const struct cbcc_type *whole, const void *data);

#endif
