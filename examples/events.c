/* SPDX-License-Identifier: Apache-2.0 */
/* Events: who executes a program, as structs through a perf buffer. Needs root; ends with Ctrl-C. */
#include <cbcc.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>

static const char program[] = "struct event { u32 pid; char comm[16]; };\n"
			      "BPF_PERF_OUTPUT(events);\n"
			      "TRACEPOINT_PROBE(syscalls, sys_enter_execve) {\n"
			      "	struct event e = { .pid = bpf_get_current_pid_tgid() >> 32 };\n"
			      "	bpf_get_current_comm(e.comm, sizeof(e.comm));\n"
			      "	return events.perf_submit(args, &e, sizeof(e));\n"
			      "}\n";

struct event { /* as in the program */
	uint32_t pid;
	char comm[16];
};

static void on_event(void *ctx, int cpu, const void *data, size_t size)
{
	const struct event *e = data;

	(void)ctx, (void)size;
	printf("%-16s %7u on CPU %d\n", e->comm, e->pid, cpu);
}

static void stop(int number)
{
	(void)number; /* cbcc_poll() returns -EINTR */
}

int main(void)
{
	struct cbcc *b = cbcc_new(program, NULL);
	int n = cbcc_open_perf_buffer(b, "events", on_event, NULL, NULL);

	signal(SIGINT, stop);
	while (n >= 0)
		n = cbcc_poll(b, -1);
	if (n != -EINTR)
		fprintf(stderr, "events: %s\n", cbcc_last_error());
	cbcc_free(b);
	return n != -EINTR;
}
