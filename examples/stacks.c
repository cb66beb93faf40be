/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stack traces: where a process spends its time, 99 times a second. Usage: stacks PID; Ctrl-C prints lines for a flame graph.
 *
 * Introduces cbcc_attach_perf_event, BPF_STACK_TRACE and get_stackid, keys that are structs, and cbcc_stack_fold, which
 * makes names of the addresses.
 */
#include <cbcc.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char program[] =
	"struct key { u32 pid; int user, kernel; char comm[16]; };\n"
	"BPF_STACK_TRACE(stacks, 4096);                  // number of a stack -> its addresses\n"
	"BPF_HASH(samples, struct key, u64);\n"
	"int on_sample(struct bpf_perf_event_data *ctx) {\n"
	"	struct key key = { .pid = bpf_get_current_pid_tgid() >> 32 };\n"
	"	key.user = stacks.get_stackid(ctx, BPF_F_USER_STACK);\n"
	"	key.kernel = stacks.get_stackid(ctx, 0);\n"
	"	bpf_get_current_comm(key.comm, sizeof(key.comm));\n"
	"	samples.increment(key);\n"
	"	return 0;\n"
	"}\n";

struct key { /* as in the program */
	uint32_t pid;
	int user, kernel;
	char comm[16];
};

static volatile sig_atomic_t stopping;

static void stop(int number)
{
	(void)number;
	stopping = 1;
}

static int print(void *stacks, const void *data, const void *leaf)
{
	const struct key *key = data;
	const struct cbcc_fold_opts opts = { .sz = sizeof opts, .comm = key->comm, .pid = (int)key->pid,
					     .user_stack_id = key->user, .kernel_stack_id = key->kernel,
					     .flags = CBCC_FOLD_KERNEL_MARK };
	char line[8192];
	int length = cbcc_stack_fold(stacks, &opts, line, sizeof line);

	if (length >= 0)
		printf("%s %" PRIu64 "\n", line, *(const uint64_t *)leaf);
	return length < 0 ? length : 0;
}

int main(int argc, char **argv)
{
	const struct cbcc_perf_event_opts opts = { .sz = sizeof opts, .sample_freq = 99,
						   .pid = argc > 1 ? atoi(argv[1]) : 0 };
	struct cbcc *b = cbcc_new(program, NULL);
	int err = cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, "on_sample", &opts);

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGINT, stop);
	if (err == 0)
		printf("Sampling ... Ctrl-C prints the stacks.\n");
	while (err == 0 && !stopping)
		sleep(1);
	if (err == 0)
		err = cbcc_table_for_each(cbcc_get_table(b, "samples"), print, cbcc_get_table(b, "stacks"));
	if (err)
		fprintf(stderr, "stacks: %s\n", cbcc_last_error());
	cbcc_free(b);
	return err != 0;
}
