/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/error.h"

#define TRACEFS "/sys/kernel/tracing"

/* The second appears with debugfs: looking at it makes the kernel mount it. */
static const char *const tracefs_dirs[] = { TRACEFS, "/sys/kernel/debug/tracing" };

static const char *tracefs_find(void)
{
	struct statfs fs;

	for (size_t i = 0; i < sizeof tracefs_dirs / sizeof *tracefs_dirs; i++)
		if (statfs(tracefs_dirs[i], &fs) == 0 && fs.f_type == TRACEFS_MAGIC)
			return tracefs_dirs[i];
	return NULL;
}

static int tracefs_mount_error(int err)
{
	switch (err) {
	case EPERM:
	case EACCES:
		return error_say(-err, "tracefs is not mounted, and mounting it needs root (CAP_SYS_ADMIN): "
				       "mount -t tracefs tracefs " TRACEFS);
	case ENODEV:
		return error_say(-err, "this kernel has no tracefs (CONFIG_TRACING)");
	case ENOENT:
		return error_say(-err, "there is no " TRACEFS ": /sys is not mounted, or this kernel has no "
				       "tracefs (CONFIG_TRACING)");
	default:
		return error_set(-err, "tracefs is not mounted, and cannot be mounted at " TRACEFS);
	}
}

int tracefs_dir(const char **dir)
{
	*dir = tracefs_find();
	if (*dir)
		return 0;
	if (mount("tracefs", TRACEFS, "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) {
		int err = errno;

		/* Another thread or process may have been faster. */
		*dir = tracefs_find();
		return *dir ? 0 : tracefs_mount_error(err);
	}
	*dir = TRACEFS;
	return 0;
}

static int tracefs_open_error(int err, const char *file)
{
	switch (err) {
	case EACCES:
		return error_say(-err, "no permission to open %s: be root, or have CAP_DAC_OVERRIDE", file);
	case EPERM:
		return error_say(-err, "the kernel forbids opening %s: kernel lockdown, or a security module",
				 file);
	case EBUSY:
		return error_say(-err,
				 "%s is in use: another process reads it, and it has one reader at a time",
				 file);
	default:
		return error_set(-err, "cannot open %s", file);
	}
}

int tracefs_try_open(const char *path, int flags)
{
	const char *dir = tracefs_find();
	char file[PATH_MAX];
	int fd;

	if (!dir)
		return -ENOENT;
	if (snprintf(file, sizeof file, "%s/%s", dir, path) >= (int)sizeof file)
		return -ENAMETOOLONG;
	fd = open(file, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int tracefs_open(const char *path, int flags)
{
	char file[PATH_MAX];
	const char *dir;
	int fd, err;

	err = tracefs_dir(&dir);
	if (err)
		return err;
	if (snprintf(file, sizeof file, "%s/%s", dir, path) >= (int)sizeof file)
		return error_set(-ENAMETOOLONG, "cannot open %s/%.64s...", dir, path);
	fd = open(file, flags | O_CLOEXEC);
	return fd >= 0 ? fd : tracefs_open_error(errno, file);
}

/* A name is one component of a path, and not one that leads out of it. */
static bool is_event_name(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/') && strlen(name) <= NAME_MAX;
}

static int unknown_event(const char *category, const char *event)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof path, "events/%s", category);
	fd = tracefs_open(path, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return error_say(-ENOENT, "no tracepoint %s:%s: this kernel has no category %s", category,
				 event, category);
	close(fd);
	return error_say(-ENOENT, "no tracepoint %s:%s: the category %s has no event %s", category, event,
			 category, event);
}

static int read_id(int fd, const char *path)
{
	char text[32], *end;
	ssize_t n = read(fd, text, sizeof text - 1);
	long id;

	if (n < 0)
		return error_set(-errno, "cannot read tracefs' %s", path);
	text[n] = '\0';
	errno = 0;
	id = strtol(text, &end, 10);
	if (end == text || errno || id < 0 || id > INT_MAX)
		return error_say(-EINVAL, "tracefs' %s holds no tracepoint id", path);
	return (int)id;
}

int tracefs_event_id(const char *category, const char *event)
{
	char path[PATH_MAX];
	const char *dir;
	int fd, id, err;

	if (!is_event_name(category) || !is_event_name(event))
		return error_say(-EINVAL, "\"%.128s:%.128s\" is no name of a tracepoint", category, event);
	err = tracefs_dir(&dir);
	if (err)
		return err;
	snprintf(path, sizeof path, "events/%s/%s/id", category, event);
	fd = tracefs_open(path, O_RDONLY);
	if (fd == -ENOENT)
		return unknown_event(category, event);
	if (fd < 0)
		return fd;
	id = read_id(fd, path);
	close(fd);
	return id;
}
