/* SPDX-License-Identifier: Apache-2.0 */
/* A process: what it has mapped, and the symbols of that. */
#ifndef CBCC_PROCESS_SYMBOLS_H
#define CBCC_PROCESS_SYMBOLS_H

#include <stdbool.h>
#include <sys/types.h>

#include "cbcc/symbols.h"
#include "process/maps.h"
#include "symbols/file_symbols.h"
#include "symbols/perf_map.h"

/* What changes when a process executes a program, or a process number is used again. */
struct process_identity {
	unsigned long long start_time, code, stack;
	dev_t exe_device;
	ino_t exe_inode;
};

struct process_symbols {
	struct process_symbols *next;
	struct file_cache *cache;
	pid_t pid;
	struct process_identity identity;
	bool ended;
	uint64_t checked,
		searched; /* in milliseconds: when the identity was asked for, the maps read in vain */
	int root; /* open, for files that are read after the process's end; OWN_ROOT: the same as ours */
	uid_t owner;
	struct process_maps maps;
	struct file_symbols **files;  /* of each mapping; NULL until it is needed */
	struct perf_map perf_maps[2]; /* the process's own, by its name for itself; that by our name for it */
};

/** NULL with errno: ESRCH, ENOMEM, EACCES and others of opening /proc/PID/maps. */
struct process_symbols *process_symbols_new(pid_t pid, struct file_cache *cache);

void process_symbols_free(struct process_symbols *process);

/** Forgets what may have changed. What has ended is kept. */
void process_symbols_refresh(struct process_symbols *process);

/** Always fills the symbol, with the name as the file has it. 0, or -ENOMEM. */
int process_symbols_resolve(struct process_symbols *process, uint64_t address, struct cbcc_symbol *symbol);

/**
 * The address of a function in the process.
 *
 * @param module  path as the process sees it, or its last part; NULL: any
 * @return 0, -ENOENT, -ENOMEM
 */
int process_symbols_find(struct process_symbols *process, const char *module, const char *name,
			 uint64_t *address);

/** Puts all files that the process executes into the cache. 0 or -ENOMEM. */
int process_symbols_load(struct process_symbols *process);

#endif
