/* SPDX-License-Identifier: Apache-2.0 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cbcc.h"
#include "words.h"

#define CANNOT_RUN 127 /* a shell's status for it */
#define PATIENCE 200     /* hundredths of a second until a child that goes on is killed */

/*
 * The child's part: waits for a byte. If there is none, this process has ended, and so does the child; as it does later,
 * however this process ends.
 */
static void wait_and_run(int gate, const char *path, char **argv)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_DFL); /* which this command ignores */
	while (read(gate, &byte, 1) != 1)
		if (errno != EINTR)
			_exit(CANNOT_RUN);
	execv(path, argv);
	fprintf(stderr, "cbcc: cannot run %s: %s\n", path, strerror(errno));
	_exit(CANNOT_RUN);
}

static enum status start(struct child *child, const char *path, char **argv)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return complain("cannot make a pipe: %s", strerror(errno));
	child->pid = fork();
	if (child->pid == 0) {
		close(ends[1]);
		wait_and_run(ends[0], path, argv);
	}
	close(ends[0]);
	child->gate = ends[1];
	if (child->pid > 0)
		return STATUS_OK;
	child->pid = 0;
	close(ends[1]);
	return complain("cannot start %s: %s", path, strerror(errno));
}

enum status child_start(struct child *child, const char *command)
{
	struct words words = { 0 };
	char path[PATH_MAX];
	enum status status;

	if (!words_split(&words, command) || !words.count)
		status = complain("-c: '%s' is no command", command);
	else if (cbcc_find_exe(words.items[0], path, sizeof path) != 0 || access(path, X_OK) != 0)
		status = complain("-c: there is no command '%s'", words.items[0]);
	else
		status = start(child, path, words.items);
	words_free(&words);
	return status;
}

void child_go(struct child *child)
{
	if (!child->pid)
		return;
	/* If it has been killed meanwhile, the next child_has_ended() tells. */
	if (write(child->gate, "", 1) != 1)
		errno = 0;
	close(child->gate);
	child->gate = -1;
}

bool child_has_ended(struct child *child)
{
	if (!child->pid || waitpid(child->pid, NULL, WNOHANG) != child->pid)
		return false;
	child->pid = 0;
	return true;
}

void child_end(struct child *child)
{
	if (!child->pid)
		return;
	if (child->gate >= 0)
		close(child->gate);
	kill(child->pid, SIGTERM);
	for (int i = 0; i < PATIENCE && !child_has_ended(child); i++)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	if (!child->pid)
		return;
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
	child->pid = 0;
}
