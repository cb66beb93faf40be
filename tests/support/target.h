/* SPDX-License-Identifier: Apache-2.0 */
/* Processes to be traced: the programs of targets/, told what to do. */
#ifndef CBCC_TEST_TARGET_H
#define CBCC_TEST_TARGET_H

#include "test.h"

#include <sys/types.h>

struct target {
	pid_t pid;
	int to, from;
};

/** The path of a program of targets/: target_path("pie"). A static string, the one asked for last. */
const char *target_path(const char *name);

/** The path of their library. */
const char *target_library(void);

/** Starts a program; one by its path if that has a slash. */
struct target target_start(const char *name);

/** The same in mounts of its own, where the program has been put at the path inside. False if there can be none. */
bool target_start_mounted(const char *name, const char *folder, const char *inside, struct target *target);

/** Lets it do something, and returns its answer. */
int target_do(const struct target *target, char what);

void target_stop(struct target *target);

/** Skips the test unless it runs as root on a kernel with uprobes. */
void require_uprobes(void);

/** An element of a table with keys of 4 and values of 8 bytes. */
uint64_t value_of(struct cbcc *b, const char *table, uint32_t key);

#endif
