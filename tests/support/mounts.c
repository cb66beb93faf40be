/* SPDX-License-Identifier: Apache-2.0 */
#include "mounts.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

bool mounts_make_own(void)
{
	return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

bool mounts_can_be_own(void)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(mounts_make_own() ? 0 : errno);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return false;
	errno = WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
	return errno == 0;
}
