/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring buffer: which processes end, how, and how long they lived.
 *
 * One buffer for all processors, in the order of events, whose records the program fills in place. Introduces
 * BPF_RINGBUF_OUTPUT, ringbuf_reserve, ringbuf_submit and cbcc_open_ring_buffer. The program follows a pointer into the
 * kernel, task->exit_code, as if it were its own memory.
 */
#include <cbcc.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

static const char program[] =
	"struct event { u32 pid; int status; u64 ns; char comm[16]; };\n"
	"BPF_RINGBUF_OUTPUT(events, 8);                  // pages of memory\n"
	"TRACEPOINT_PROBE(sched, sched_process_exit) {\n"
	"	struct task_struct *task = (struct task_struct *)bpf_get_current_task();\n"
	"	struct event *e;\n"
	"	if (task->pid != task->tgid)             // only a thread\n"
	"		return 0;\n"
	"	e = events.ringbuf_reserve(sizeof(*e));\n"
	"	if (!e)                                  // the buffer is full\n"
	"		return 0;\n"
	"	e->pid = task->tgid;\n"
	"	e->status = task->exit_code;             // as for wait(2)\n"
	"	e->ns = bpf_ktime_get_ns() - task->start_time;\n"
	"	bpf_get_current_comm(e->comm, sizeof(e->comm));\n"
	"	events.ringbuf_submit(e, 0);\n"
	"	return 0;\n"
	"}\n";

struct event { /* as in the program */
	uint32_t pid;
	int status;
	uint64_t ns;
	char comm[16];
};

static volatile sig_atomic_t stopping;

static void stop(int number)
{
	(void)number;
	stopping = 1;
}

static int on_event(void *ctx, const void *data, size_t size)
{
	const struct event *e = data;
	const char *how = WIFEXITED(e->status) ? "exit" : "signal";
	int number = WIFEXITED(e->status) ? WEXITSTATUS(e->status) : WTERMSIG(e->status);

	(void)ctx, (void)size;
	printf("%7" PRIu32 " %-15s %8.3f s  %s %d\n", e->pid, e->comm, (double)e->ns / 1e9, how, number);
	return 0;
}

int main(void)
{
	struct cbcc *b = cbcc_new(program, NULL);
	int n = cbcc_open_ring_buffer(b, "events", on_event, NULL);

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGINT, stop);
	if (n == 0)
		printf("%7s %-15s %10s  %s\n", "PID", "COMM", "LIVED", "END");
	while (!stopping && n >= 0)
		n = cbcc_poll(b, 1000);
	if (!stopping)
		fprintf(stderr, "hello-ring-buffer: %s\n", cbcc_last_error());
	cbcc_free(b);
	return !stopping;
}
