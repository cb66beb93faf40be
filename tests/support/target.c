/* SPDX-License-Identifier: Apache-2.0 */
#include "target.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "mounts.h"

const char *target_path(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/target-%s", CBCC_TEST_TARGETS, name);
	return path;
}

const char *target_library(void)
{
	return CBCC_TEST_TARGETS "/libtarget.so";
}

static void copy(const char *from, const char *to)
{
	char buffer[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	ssize_t n;

	while (in >= 0 && out >= 0 && (n = read(in, buffer, sizeof buffer)) > 0)
		if (write(out, buffer, (size_t)n) != n)
			_exit(126);
	close(in);
	close(out);
}

/* In the child: other mounts, if there is a folder, with the program in it. */
static void run(const char *path, const char *folder, const char *inside)
{
	if (folder) {
		if (!mounts_make_own() || mount("none", folder, "tmpfs", 0, NULL) != 0)
			_exit(126);
		copy(path, inside);
		path = inside;
	}
	/* sanitizers' settings and what is preloaded are the test's own */
	execle(path, path, NULL, (char *[]){ "LD_LIBRARY_PATH=" CBCC_TEST_TARGETS, NULL });
	_exit(127);
}

static struct target start(const char *path, const char *folder, const char *inside)
{
	int to[2], from[2];
	struct target target;

	assert_int_equal(pipe2(to, O_CLOEXEC), 0);
	assert_int_equal(pipe2(from, O_CLOEXEC), 0);
	target.pid = fork();
	if (target.pid == 0) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		run(path, folder, inside);
	}
	close(to[0]);
	close(from[1]);
	target.to = to[1];
	target.from = from[0];
	assert_int_equal(target_do(&target, '-'), 255); /* it runs */
	return target;
}

struct target target_start(const char *name)
{
	return start(strchr(name, '/') ? name : target_path(name), NULL, NULL);
}

bool target_start_mounted(const char *name, const char *folder, const char *inside, struct target *target)
{
	if (!mounts_can_be_own())
		return false;
	*target = start(target_path(name), folder, inside);
	return true;
}

int target_do(const struct target *target, char what)
{
	unsigned char answer;

	assert_int_equal(write(target->to, &what, 1), 1);
	assert_int_equal(read(target->from, &answer, 1), 1);
	return answer;
}

void target_stop(struct target *target)
{
	int status;

	close(target->to);
	assert_int_equal(waitpid(target->pid, &status, 0), target->pid);
	close(target->from);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

void require_uprobes(void)
{
	if (geteuid() != 0)
		skip_because("not root");
	if (access("/sys/bus/event_source/devices/uprobe/type", F_OK) != 0)
		skip_because("this kernel has no uprobes");
}

uint64_t value_of(struct cbcc *b, const char *table, uint32_t key)
{
	struct cbcc_table *t = cbcc_get_table(b, table);
	uint64_t value = 0;

	if (!t)
		fail_msg("%s", cbcc_last_error());
	assert_ok(cbcc_table_lookup(t, &key, &value));
	return value;
}
