/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of a program or library. Errors set the thread's error. */
#ifndef CBCC_USER_FUNCTIONS_H
#define CBCC_USER_FUNCTIONS_H

#include "process/binary.h"

struct user_function {
	char *name;       /* as the file has it, or demangled if that was asked for */
	uint64_t address; /* the file's own */
};

struct user_functions {
	struct user_function *functions; /* by address, then by name */
	size_t count;
};

/**
 * The address of a symbol. A name that no symbol has is looked for among the demangled ones, with its parameters or,
 * if only one function has that name, without. -ENOENT, -ENOTUNIQ.
 */
int user_symbol_find(struct binary *binary, const char *name, uint64_t *address);

/** All functions whose names the POSIX extended regular expression matches whole. */
int user_functions_match(struct binary *binary, const char *regex, bool demangled,
			 struct user_functions *found);

void user_functions_free(struct user_functions *functions);

#endif
