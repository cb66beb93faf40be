/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files as another process sees them: below its root, in its mounts. No thread ever changes its namespace for that: paths
 * are resolved from /proc/PID/root with the kernel's help, so that absolute symbolic links stay below that root.
 *
 * Only regular files are opened, and opening one never waits, whatever stands at the path. Errors are returned; the thread's
 * error is not set.
 */
#ifndef CBCC_PROCESS_FILES_H
#define CBCC_PROCESS_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct process_map;

/** This process's own root, for file_open_below(). */
#define OWN_ROOT (-1)

/** The root directory of a process, to be closed; a negative errno. */
int process_root_open(pid_t pid);

/** Opens a regular file to be read, its path as seen from that root. A descriptor, or a negative errno. */
int file_open_below(int root, const char *path);

/** The same from a process's root; pid 0 is this process. */
int process_file_open(pid_t pid, const char *path);

/**
 * The file behind a mapping, also if it has been deleted or replaced. Where the kernel does not let us have that, what
 * is at its path, if that is the same file; -ESTALE if it is not.
 */
int process_map_open(pid_t pid, const struct process_map *map);

/** The path of an open file as this process sees it; false if that cannot be said. */
bool file_path(int fd, char *path, size_t size);

#endif
