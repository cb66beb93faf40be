/* SPDX-License-Identifier: Apache-2.0 */
/*
 * USDT: which C++ exceptions programs throw.
 *
 * The C++ library has a probe libstdcxx:throw, whose second argument is the thrown object's type. Introduces
 * cbcc_usdt_new, cbcc_usdt_enable_probe, cbcc_opts.usdt_contexts and bpf_usdt_readarg. The program follows pointers into the
 * traced process, too.
 */
#include <cbcc.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

static const char program[] =
	"struct type_info { void *vtable; const char *name; };\n"
	"struct event { u32 pid; char comm[16]; char type[64]; };\n"
	"BPF_PERF_OUTPUT(events);\n"
	"int on_throw(struct pt_regs *ctx) {\n"
	"	struct event e = { .pid = bpf_get_current_pid_tgid() >> 32 };\n"
	"	struct type_info *type = NULL;\n"
	"	bpf_usdt_readarg(2, ctx, &type);\n"
	"	bpf_probe_read_user_str(e.type, sizeof(e.type), type->name);\n"
	"	bpf_get_current_comm(e.comm, sizeof(e.comm));\n"
	"	events.perf_submit(ctx, &e, sizeof(e));\n"
	"	return 0;\n"
	"}\n";

struct event { /* as in the program */
	uint32_t pid;
	char comm[16];
	char type[64];
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
	/* A program reads memory that is there: no page is fetched for it, so that a name may be missing. */
	printf("%7" PRIu32 " %-15s %s\n", e->pid, e->comm, *e->type ? e->type : "?");
}

int main(void)
{
	struct cbcc_usdt *u = cbcc_usdt_new(0, "stdc++"); /* of a library, in all processes; by a pid, in one */
	const struct cbcc_opts opts = { .sz = sizeof opts, .usdt_contexts = &u, .nusdt_contexts = 1 };
	struct cbcc *b = NULL;
	int n = cbcc_usdt_enable_probe(u, "libstdcxx:throw", "on_throw");

	if (n == 0) {
		b = cbcc_new(program, &opts); /* attaches what is enabled */
		n = cbcc_open_perf_buffer(b, "events", on_event, NULL, NULL);
	}
	cbcc_usdt_free(u);
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGINT, stop);
	if (n == 0)
		printf("%7s %-15s %s\n", "PID", "COMM", "THROWS");
	while (!stopping && n >= 0)
		n = cbcc_poll(b, 1000);
	if (!stopping)
		fprintf(stderr, "usdt: %s\n", cbcc_last_error());
	cbcc_free(b);
	return !stopping;
}
