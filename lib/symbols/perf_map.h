/* SPDX-License-Identifier: Apache-2.0 */
/* What a JIT compiler says of its code: /tmp/perf-PID.map, of lines "START SIZE NAME", numbers in hexadecimal. */
#ifndef CBCC_PERF_MAP_H
#define CBCC_PERF_MAP_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

#include "symbols/symbol_table.h"

struct perf_map {
	char path[64]; /* below its root */
	dev_t device;  /* with inode, size and changed: what was read */
	ino_t inode;
	off_t size;
	struct timespec changed;
	uint64_t
		next_read; /* not before this, in milliseconds: a map that takes long to read is read seldom */
	struct symbol_table table;
};

void perf_map_free(struct perf_map *map);

/**
 * Reads the file if it has changed. It has to be root's, this user's, or owner's. Returns whether there is anything new; what
 * cannot be read is not there.
 */
bool perf_map_refresh(struct perf_map *map, int root, uid_t owner, uint64_t now);

/** Reads lines; those of another form are skipped. Of code that stands where older one was, the newer is found. 0, -ENOMEM. */
int perf_map_parse(FILE *file, struct symbol_table *table);

#endif
