/* SPDX-License-Identifier: Apache-2.0 */
/* What a process has mapped: /proc/PID/maps. Errors are returned; the thread's error is not set. */
#ifndef CBCC_PROCESS_MAPS_H
#define CBCC_PROCESS_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct process_map {
	uint64_t start, end; /* addresses; end is the first behind */
	uint64_t offset;     /* of start in the file */
	uint64_t inode;      /* 0: no file */
	uint32_t major, minor;
	bool readable, writable, executable, shared;
	bool deleted; /* the file has no name any more, or another file has it */
	char *path;   /* as the process sees it, or "[heap]" and the like; "" if there is none; never NULL */
};

struct process_maps {
	struct process_map *maps; /* by address */
	size_t count;
};

/** 0, or the errno of opening (-ENOENT: no such process), reading, -ENOMEM, -EBADMSG for what is no list of mappings. */
int process_maps_read(pid_t pid, struct process_maps *maps);

/** The same of a file in that form. */
int process_maps_parse(FILE *file, struct process_maps *maps);

void process_maps_free(struct process_maps *maps);

/** The mapping that an address is in, or NULL. */
const struct process_map *process_maps_find(const struct process_maps *maps, uint64_t address);

/** Whether there is a file behind it that could be a program or a library: no shared memory, no device. */
bool process_map_is_file(const struct process_map *map);

/** Whether what stands in the map's file at an offset is mapped by it, and at which address. */
bool process_map_address(const struct process_map *map, uint64_t offset, uint64_t *address);

#endif
