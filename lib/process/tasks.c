/* SPDX-License-Identifier: Apache-2.0 */
#include "process/tasks.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* The number of the process that a thread is of; a negative errno. */
static int process_of(pid_t tid)
{
	char path[32], line[256];
	int pid = -ESRCH;
	FILE *status;

	snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
	status = fopen(path, "re");
	if (!status)
		return errno == ENOENT ? -ESRCH : -errno;
	while (fgets(line, sizeof line, status) && sscanf(line, "Tgid: %d", &pid) != 1)
		;
	fclose(status);
	return pid;
}

static int add(pid_t **tasks, size_t *count, pid_t tid)
{
	pid_t *grown = reallocarray(*tasks, *count + 1, sizeof **tasks);

	if (!grown)
		return -ENOMEM;
	*tasks = grown;
	grown[(*count)++] = tid;
	return 0;
}

static int list(pid_t pid, pid_t **tasks, size_t *count)
{
	const struct dirent *entry;
	char path[32];
	DIR *folder;
	int err = 0;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	folder = opendir(path);
	if (!folder)
		return errno == ENOENT ? -ESRCH : -errno;
	while (!err && (entry = readdir(folder)))
		if (*entry->d_name != '.')
			err = add(tasks, count, atoi(entry->d_name));
	closedir(folder);
	return err || *count ? err : -ESRCH;
}

int process_tasks(pid_t pid, pid_t **tasks, size_t *count)
{
	int process = process_of(pid), err;

	*tasks = NULL;
	*count = 0;
	if (process < 0)
		return process;
	err = process == pid ? list(pid, tasks, count) : add(tasks, count, pid);
	if (err) {
		free(*tasks);
		*tasks = NULL;
	}
	return err;
}
