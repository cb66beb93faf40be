/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tail calls: the system calls of a process, each kind of which has a program of its own. Usage: hello-tail PID
 *
 * Introduces BPF_PROG_ARRAY and its method call, which does not come back; cbcc_table_set_function, which fills the array;
 * cbcc_attach_raw_tracepoint; cbcc_opts, with a macro for the text and a trace stream that no other program prints to.
 */
#include <cbcc.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const char program[] =
	"BPF_PROG_ARRAY(handlers, 512);                  // number of a system call -> program\n"
	"int on_syscall(struct bpf_raw_tracepoint_args *ctx) {\n"
	"	if (bpf_get_current_pid_tgid() >> 32 != PID)\n"
	"		return 0;\n"
	"	handlers.call(ctx, ctx->args[1]);        // if there is none, the next line follows\n"
	"	bpf_trace_printk(\"makes system call %d\", ctx->args[1]);\n"
	"	return 0;\n"
	"}\n"
	"int on_openat(struct bpf_raw_tracepoint_args *ctx) {\n"
	"	struct pt_regs *regs = (struct pt_regs *)ctx->args[0];\n"
	"	bpf_trace_printk(\"opens %s\", (char *)PT_REGS_PARM2_SYSCALL(regs));\n"
	"	return 0;\n"
	"}\n"
	"int on_write(struct bpf_raw_tracepoint_args *ctx) {\n"
	"	struct pt_regs *regs = (struct pt_regs *)ctx->args[0];\n"
	"	bpf_trace_printk(\"writes %d bytes\", PT_REGS_PARM3_SYSCALL(regs));\n"
	"	return 0;\n"
	"}\n"
	"int ignore(struct bpf_raw_tracepoint_args *ctx) { return 0; }\n";

static void stop(int number)
{
	(void)number; /* cbcc_trace_print() returns -EINTR */
}

static int attach(struct cbcc *b)
{
	static const char *const handlers[][2] = {
		{ "openat", "on_openat" }, { "write", "on_write" }, { "read", "ignore" }, { "close", "ignore" },
	};
	int err = cbcc_attach_raw_tracepoint(b, "sys_enter", "on_syscall");

	for (size_t i = 0; i < sizeof handlers / sizeof *handlers && err == 0; i++)
		err = cbcc_table_set_function(cbcc_get_table(b, "handlers"),
					      (uint32_t)cbcc_syscall_number(handlers[i][0]), handlers[i][1]);
	return err;
}

int main(int argc, char **argv)
{
	char pid[32];
	const char *cflags[] = { pid };
	const struct cbcc_opts opts = { .sz = sizeof opts, .cflags = cflags, .ncflags = 1, .private_trace = true };
	struct cbcc *b;
	int err;

	snprintf(pid, sizeof pid, "-DPID=%d", argc > 1 ? atoi(argv[1]) : 0);
	b = cbcc_new(program, &opts);
	err = attach(b);
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGINT, stop);
	if (err == 0) {
		printf("Tracing process %s ... Ctrl-C ends it.\n", pid + 6);
		err = cbcc_trace_print(b, "{0}-{1} {5}");
	}
	if (err != -EINTR)
		fprintf(stderr, "hello-tail: %s\n", cbcc_last_error());
	cbcc_free(b);
	return err != -EINTR;
}
