/* SPDX-License-Identifier: Apache-2.0 */
#include "symbols/process_identity.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_of(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* A small file of the process's, as a string. False: it cannot be read. */
static bool read_of(pid_t pid, const char *name, char *text, size_t size)
{
	int fd = open_of(pid, name);
	ssize_t got;

	if (fd < 0)
		return false;
	got = read(fd, text, size - 1);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	return got > 0;
}

/* The fields of proc(5)'s stat behind the name, which may hold anything: state is the first, the third of all. */
static bool parse_stat(const char *text, char *state, struct process_identity *identity)
{
	const char *rest = strrchr(text, ')');

	return rest &&
	       sscanf(rest + 1,
		      " %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu %*s "
		      "%*s %*s %llu %*s %llu",
		      state, &identity->start_time, &identity->code, &identity->stack) == 4;
}

bool process_identify(pid_t pid, struct process_identity *identity)
{
	char text[1024], path[64], state;
	struct stat st;

	*identity = (struct process_identity){ 0 };
	if (!read_of(pid, "stat", text, sizeof text) || !parse_stat(text, &state, identity) ||
	    strchr("ZX", state))
		return false;
	snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
	if (stat(path, &st) == 0) {
		identity->exe_device = st.st_dev;
		identity->exe_inode = st.st_ino;
	}
	return true;
}

/* "NSpid:  1234  7": outermost first. */
pid_t process_inner_pid(pid_t pid)
{
	char text[8192], *line, *last;

	if (!read_of(pid, "status", text, sizeof text))
		return pid;
	line = strstr(text, "\nNSpid:");
	if (!line)
		return pid;
	line++;
	line[strcspn(line, "\n")] = '\0';
	last = strrchr(line, '\t');
	return last && atoi(last + 1) > 0 ? atoi(last + 1) : pid;
}

static bool is_same(pid_t pid, const char *name)
{
	char path[64], own[64];
	struct stat a, b;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	snprintf(own, sizeof own, "/proc/self/%s", name);
	return stat(path, &a) == 0 && stat(own, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool process_has_own_root(pid_t pid)
{
	return !is_same(pid, "root") || !is_same(pid, "ns/mnt");
}

uid_t process_owner(pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%d", (int)pid);
	return stat(path, &st) == 0 ? st.st_uid : 0;
}

void *process_read_map(pid_t pid, const struct process_map *map, size_t max)
{
	size_t size = map->end - map->start;
	void *image = size <= max ? malloc(size) : NULL;
	int fd = image ? open_of(pid, "mem") : -1;
	bool complete = fd >= 0 && pread(fd, image, size, (off_t)map->start) == (ssize_t)size;

	if (fd >= 0)
		close(fd);
	if (complete)
		return image;
	free(image);
	return NULL;
}
