/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A histogram: how many bytes a process writes at a time. Usage: histogram PID; Ctrl-C prints it.
 *
 * Introduces BPF_HISTOGRAM and bpf_log2l, by which the program counts in powers of two, and
 * cbcc_table_print_log2_hist.
 */
#include <cbcc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char program[] =
	"BPF_HISTOGRAM(sizes);\n"
	"TRACEPOINT_PROBE(syscalls, sys_enter_write) {\n"
	"	if (bpf_get_current_pid_tgid() >> 32 == PID)\n"
	"		sizes.increment(bpf_log2l(args->count));\n"
	"	return 0;\n"
	"}\n";

static volatile sig_atomic_t stopping;

static void stop(int number)
{
	(void)number;
	stopping = 1;
}

int main(int argc, char **argv)
{
	char pid[32];
	const char *cflags[] = { pid };
	const struct cbcc_opts opts = { .sz = sizeof opts, .cflags = cflags, .ncflags = 1 };
	const struct cbcc_hist_opts bytes = { .sz = sizeof bytes, .val_type = "bytes" };
	struct cbcc *b;
	int err;

	snprintf(pid, sizeof pid, "-DPID=%d", argc > 1 ? atoi(argv[1]) : 0);
	b = cbcc_new(program, &opts);
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGINT, stop);
	if (b)
		printf("Counting what process %s writes ... Ctrl-C prints it.\n", pid + 6);
	while (b && !stopping)
		sleep(1);
	err = cbcc_table_print_log2_hist(cbcc_get_table(b, "sizes"), stdout, &bytes);
	if (err)
		fprintf(stderr, "histogram: %s\n", cbcc_last_error());
	cbcc_free(b);
	return err != 0;
}
