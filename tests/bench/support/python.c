/* SPDX-License-Identifier: Apache-2.0 */
#include "python.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(2);
}

void python_start(struct python *python, char **command)
{
	int to[2], from[2];

	if (pipe(to) != 0 || pipe(from) != 0)
		die("pipe");
	python->pid = fork();
	if (python->pid == 0) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		close(to[1]);
		close(from[0]);
		execvp(command[0], command);
		die(command[0]);
	}
	close(to[0]);
	close(from[1]);
	python->to = fdopen(to[1], "w");
	python->from = fdopen(from[0], "r");
	if (!python->to || !python->from)
		die("fdopen");
}

void python_measure(struct python *python, double *numbers, int count)
{
	fputs("measure\n", python->to);
	fflush(python->to);
	for (int i = 0; i < count; i++)
		if (fscanf(python->from, "%lf", &numbers[i]) != 1)
			die("BCC's Python has ended");
}

void python_stop(struct python *python)
{
	fclose(python->to);
	fclose(python->from);
	waitpid(python->pid, NULL, 0);
}
