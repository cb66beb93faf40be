/* SPDX-License-Identifier: Apache-2.0 */
/* A script that takes part: it measures for every line that it is sent, and answers with numbers in one line. */
#ifndef CBCC_BENCH_PYTHON_H
#define CBCC_BENCH_PYTHON_H

#include <stdio.h>
#include <sys/types.h>

struct python {
	FILE *to, *from;
	pid_t pid;
};

/** Starts a command. Exits if that fails. */
void python_start(struct python *python, char **command);

/** Has it measure once, and reads so many numbers. Exits if it has ended. */
void python_measure(struct python *python, double *numbers, int count);

void python_stop(struct python *python);

#endif
