/* SPDX-License-Identifier: Apache-2.0 */
/* Processes to look at: target.c, in several builds and places. */
#ifndef CBCC_TEST_TARGET_H
#define CBCC_TEST_TARGET_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define TARGET_ADDRESSES 16

struct target {
	pid_t pid;   /* of the process that looks at its addresses */
	pid_t child; /* that was started: a shell before it, perhaps */
	FILE *in, *out;
	struct {
		char name[64];
		uint64_t address;
	} addresses[TARGET_ADDRESSES];
	int count;
};

/** Starts a command line of the shell that ends in a target, and waits until it is ready. Fails the test if it is not. */
void target_start(struct target *target, const char *command);

/** Says a line to it, and waits until it is ready again. */
void target_tell(struct target *target, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** The address it has printed last of that name. */
uint64_t target_address(const struct target *target, const char *name);

void target_stop(struct target *target);

#endif
