/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A perf buffer: who executes what, as a struct for every event.
 *
 * Introduces BPF_PERF_OUTPUT and perf_submit, by which the program hands over a struct; cbcc_open_perf_buffer, whose
 * callback receives it; cbcc_poll, which calls that; and cbcc_events_lost.
 */
#include <cbcc.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

static const char program[] =
	"struct event { u32 pid, uid; char comm[16]; char path[64]; };\n"
	"BPF_PERF_OUTPUT(events);\n"
	"TRACEPOINT_PROBE(syscalls, sys_enter_execve) {\n"
	"	struct event e = { .pid = bpf_get_current_pid_tgid() >> 32, .uid = bpf_get_current_uid_gid() };\n"
	"	bpf_get_current_comm(e.comm, sizeof(e.comm));\n"
	"	bpf_probe_read_user_str(e.path, sizeof(e.path), args->filename);\n"
	"	events.perf_submit(args, &e, sizeof(e));\n"
	"	return 0;\n"
	"}\n";

struct event { /* as in the program */
	uint32_t pid, uid;
	char comm[16];
	char path[64];
};

static volatile sig_atomic_t stopping;

static void stop(int number)
{
	(void)number;
	stopping = 1;
}

static void on_event(void *ctx, int cpu, const void *data, size_t size)
{
	const struct event *e = data;

	(void)ctx, (void)cpu, (void)size;
	printf("%7" PRIu32 " %5" PRIu32 " %-15s %s\n", e->pid, e->uid, e->comm, e->path);
}

int main(void)
{
	struct cbcc *b = cbcc_new(program, NULL);
	int n = cbcc_open_perf_buffer(b, "events", on_event, NULL, NULL);

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGINT, stop);
	if (n == 0)
		printf("%7s %5s %-15s %s\n", "PID", "UID", "COMM", "EXECUTES");
	while (!stopping && n >= 0)
		n = cbcc_poll(b, 1000); /* -EINTR when a signal comes; the timeout is for one that came just before */
	if (!stopping)
		fprintf(stderr, "hello-buffer: %s\n", cbcc_last_error());
	else if (cbcc_events_lost(b) > 0)
		fprintf(stderr, "hello-buffer: %" PRIu64 " events were lost\n", cbcc_events_lost(b));
	cbcc_free(b);
	return !stopping;
}
