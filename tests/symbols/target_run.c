/* SPDX-License-Identifier: Apache-2.0 */
#include "target.h"

#include "test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void read_until_ready(struct target *target)
{
	char line[256], name[64];
	uint64_t address;

	while (fgets(line, sizeof line, target->out)) {
		if (strncmp(line, "ready", 5) == 0)
			return;
		if (sscanf(line, "%63s %" SCNx64, name, &address) != 2 || target->count == TARGET_ADDRESSES)
			continue;
		strcpy(target->addresses[target->count].name, name);
		target->addresses[target->count++].address = address;
	}
	fail_msg("the target does not run");
}

/* The last process of those that the child started, each the other's only one. */
static pid_t innermost(pid_t pid)
{
	char path[64];
	int child;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	file = fopen(path, "re");
	if (!file)
		return pid;
	if (fscanf(file, "%d", &child) == 1)
		pid = innermost(child);
	fclose(file);
	return pid;
}

void target_start(struct target *target, const char *command)
{
	int in[2], out[2];

	*target = (struct target){ 0 };
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	target->child = fork();
	assert_true(target->child >= 0);
	if (!target->child) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		for (int fd = 3; fd < 64; fd++)
			close(fd);
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	target->in = fdopen(in[1], "w");
	target->out = fdopen(out[0], "r");
	read_until_ready(target);
	target->pid = innermost(target->child);
}

void target_tell(struct target *target, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(target->in, fmt, args);
	va_end(args);
	fputc('\n', target->in);
	fflush(target->in);
	read_until_ready(target);
}

uint64_t target_address(const struct target *target, const char *name)
{
	for (int i = target->count; i-- > 0;)
		if (strcmp(target->addresses[i].name, name) == 0)
			return target->addresses[i].address;
	fail_msg("the target has no %s", name);
	return 0;
}

void target_stop(struct target *target)
{
	fclose(target->in);
	fclose(target->out);
	waitpid(target->child, NULL, 0);
}
