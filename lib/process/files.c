/* SPDX-License-Identifier: Apache-2.0 */
#include "process/files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "process/maps.h"

int process_root_open(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/root", (int)pid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* A file that is not opened yet: opening a pipe would wait, and opening a device may do anything. */
static int find(int root, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };
	int fd;

	if (root == OWN_ROOT)
		fd = open(path, O_PATH | O_CLOEXEC);
	else
		fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
	return fd < 0 ? -errno : fd;
}

static int open_found(int found)
{
	char path[64];
	struct stat status;
	int fd;

	if (fstat(found, &status) != 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return S_ISDIR(status.st_mode) ? -EISDIR : -EINVAL;
	snprintf(path, sizeof path, "/proc/self/fd/%d", found);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int file_open_below(int root, const char *path)
{
	int found = find(root, path), fd;

	if (found < 0)
		return found;
	fd = open_found(found);
	close(found);
	return fd;
}

int process_file_open(pid_t pid, const char *path)
{
	int root = pid ? process_root_open(pid) : OWN_ROOT, fd;

	if (pid && root < 0)
		return root;
	fd = file_open_below(root, path);
	if (pid)
		close(root);
	return fd;
}

/* Some file systems number their devices for stat(2) otherwise than for mappings: the inode has to do. */
static bool is_behind(int fd, const struct process_map *map)
{
	struct stat status;

	return fstat(fd, &status) == 0 && status.st_ino == map->inode;
}

static int open_by_path(pid_t pid, const struct process_map *map)
{
	int fd = process_file_open(pid, map->path);

	if (fd < 0 || is_behind(fd, map))
		return fd;
	close(fd);
	return -ESTALE;
}

int process_map_open(pid_t pid, const struct process_map *map)
{
	char path[96];
	int fd;

	if (!process_map_is_file(map))
		return -ENOENT;
	snprintf(path, sizeof path, "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, (int)pid, map->start,
		 map->end);
	fd = file_open_below(OWN_ROOT, path);
	return fd < 0 ? open_by_path(pid, map) : fd;
}

bool file_path(int fd, char *path, size_t size)
{
	char link[64];
	ssize_t length;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	length = readlink(link, path, size);
	if (length <= 0 || (size_t)length >= size || *path != '/')
		return false;
	path[length] = '\0';
	return true;
}
