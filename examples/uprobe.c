/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Uprobes: which names programs look up, with what result, and how long that takes.
 *
 * The function getaddrinfo() of the C library is traced at its entry and at its return, in all processes. Introduces
 * cbcc_attach_uprobe, cbcc_attach_uretprobe, a hash that keeps an event from one to the other, and PT_REGS_RC.
 */
#include <cbcc.h>
#include <inttypes.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>

static const char program[] =
	"struct event { u64 ns; u32 pid; int result; char comm[16]; char host[64]; };\n"
	"BPF_HASH(calls, u32, struct event);             // by thread\n"
	"BPF_PERF_OUTPUT(events);\n"
	"int on_call(struct pt_regs *ctx, const char *host) {\n"
	"	u64 id = bpf_get_current_pid_tgid();\n"
	"	struct event e = { .pid = id >> 32, .ns = bpf_ktime_get_ns() };\n"
	"	u32 thread = id;\n"
	"	bpf_get_current_comm(e.comm, sizeof(e.comm));\n"
	"	bpf_probe_read_user_str(e.host, sizeof(e.host), host);\n"
	"	calls.update(&thread, &e);\n"
	"	return 0;\n"
	"}\n"
	"int on_return(struct pt_regs *ctx) {\n"
	"	u32 thread = bpf_get_current_pid_tgid();\n"
	"	struct event *e = calls.lookup(&thread);\n"
	"	if (!e) return 0;                        // was under way before us\n"
	"	e->ns = bpf_ktime_get_ns() - e->ns;\n"
	"	e->result = PT_REGS_RC(ctx);\n"
	"	events.perf_submit(ctx, e, sizeof(*e));\n"
	"	calls.delete(&thread);\n"
	"	return 0;\n"
	"}\n";

struct event { /* as in the program */
	uint64_t ns;
	uint32_t pid;
	int result;
	char comm[16];
	char host[64];
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
	printf("%7" PRIu32 " %-15s %9.3f ms  %s: %s\n", e->pid, e->comm, (double)e->ns / 1e6, e->host,
	       e->result ? gai_strerror(e->result) : "found");
}

int main(void)
{
	struct cbcc *b = cbcc_new(program, NULL);
	int n = cbcc_open_perf_buffer(b, "events", on_event, NULL, NULL);

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGINT, stop);
	if (n == 0 && (n = cbcc_attach_uprobe(b, "c", "getaddrinfo", "on_call")) == 0 &&
	    (n = cbcc_attach_uretprobe(b, "c", "getaddrinfo", "on_return")) == 0)
		printf("%7s %-15s %12s  %s\n", "PID", "COMM", "TIME", "NAME");
	while (!stopping && n >= 0)
		n = cbcc_poll(b, 1000);
	if (!stopping)
		fprintf(stderr, "uprobe: %s\n", cbcc_last_error());
	cbcc_free(b);
	return !stopping;
}
