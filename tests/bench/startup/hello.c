/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of the hello programs that is the same for every library.
 *
 *     hello            attaches, prints "attached", and detaches when it gets SIGTERM
 *     hello compile N  compiles N times in one process and prints the milliseconds of each
 */
#include "hello.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* No process has the id 0: attached to the whole machine, this prints for none. */
static const char text[] = "int hello(void *ctx)\n"
			   "{\n"
			   "	if (bpf_get_current_pid_tgid() >> 32 == 0)\n"
			   "		bpf_trace_printk(\"Hello, World!\\n\");\n"
			   "	return 0;\n"
			   "}\n";

double hello_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static int compile(int times)
{
	double ms;

	for (int i = 0; i < times; i++) {
		if (hello_compile(text, &ms) < 0)
			return 1;
		printf("%.3f\n", ms);
	}
	return 0;
}

static int attach(void)
{
	sigset_t end;
	int sig;

	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, NULL);
	if (hello_attach(text) < 0)
		return 1;
	puts("attached");
	fflush(stdout);
	sigwait(&end, &sig);
	hello_detach();
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 1)
		return attach();
	if (argc == 3 && strcmp(argv[1], "compile") == 0)
		return compile(atoi(argv[2]));
	fprintf(stderr, "usage: %s [compile N]\n", argv[0]);
	return 2;
}
