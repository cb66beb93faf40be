/* SPDX-License-Identifier: Apache-2.0 */
/* Hello World, whole: text to trace line, on the kernel it runs on. */
#include "trace.h"

#include <errno.h>
#include <stdlib.h>

static const char hello[] = "int hello(void *ctx) {\n"
			    "	if (OURS)\n"
			    "		bpf_trace_printk(\"Hello, World!\");\n"
			    "	return 0;\n"
			    "}\n";

static void a_line_for_every_exec_until_detached(void **state)
{
	struct cbcc *b;
	const char *syscall;
	pid_t pid;

	(void)state;
	require_root();
	b = new_only_ours(hello, NULL);
	syscall = cbcc_get_syscall_fnname(b, "execve");
	assert_non_null(syscall);
	assert_ok(cbcc_attach_kprobe(b, syscall, "hello"));
	assert_int_equal(cbcc_num_open_kprobes(b), 1);
	for (int i = 0; i < 3; i++) {
		pid = run_child(exec_true);
		expect_message(b, pid, "Hello, World!");
	}
	assert_ok(cbcc_detach_kprobe(b, syscall, NULL));
	assert_int_equal(cbcc_num_open_kprobes(b), 0);
	pid = run_child(exec_true);
	expect_silence(b, pid);
	assert_int_equal(cbcc_trace_lost(b), 0);
	cbcc_free(b);
}

static void a_line_has_task_cpu_and_time(void **state)
{
	struct cbcc_trace_line line;
	struct cbcc *b;
	double first;

	(void)state;
	require_root();
	b = new_only_ours(hello, NULL);
	assert_ok(cbcc_attach_kprobe(b, cbcc_get_syscall_fnname(b, "execve"), "hello"));
	expect_line(b, run_child(exec_true), &line);
	assert_our_comm(&line);
	assert_in_range(line.cpu, 0, 4095);
	assert_in_range(strlen(line.flags), 4, 5);
	first = line.ts;
	expect_line(b, run_child(exec_true), &line);
	assert_true(line.ts > first && line.ts < first + 60);
	cbcc_free(b);
}

static void a_line_as_it_is_and_nothing_when_there_is_none(void **state)
{
	char buf[256], expected[64];
	struct cbcc *b;
	pid_t pid;
	int n;

	(void)state;
	require_root();
	b = new_only_ours(hello, NULL);
	assert_ok(cbcc_attach_kprobe(b, cbcc_get_syscall_fnname(b, "execve"), "hello"));
	while ((n = cbcc_trace_readline(b, buf, sizeof buf, true)) >= 0)
		;
	assert_int_equal(n, -EAGAIN);
	pid = run_child(exec_true);
	snprintf(expected, sizeof expected, "%s-%d ", our_comm(), (int)pid);
	do
		assert_ok(n = cbcc_trace_readline(b, buf, sizeof buf, false));
	while (!strstr(buf, expected));
	assert_int_equal(n, strlen(buf));
	assert_string_equal(buf + n - strlen("bpf_trace_printk: Hello, World!"),
			    "bpf_trace_printk: Hello, World!");
	cbcc_free(b);
}

static void syscall_functions_have_the_machines_prefix(void **state)
{
	struct cbcc *b = cbcc_new("", NULL);

	(void)state;
	assert_non_null(b);
	assert_string_equal(cbcc_get_syscall_prefix(b), SYS);
	assert_string_equal(cbcc_get_syscall_fnname(b, "execve"), SYS "execve");
	assert_ptr_equal(cbcc_get_syscall_fnname(b, "open"), cbcc_get_syscall_fnname(b, "open"));
	assert_null(cbcc_get_syscall_fnname(b, NULL));
	assert_int_equal(errno, EINVAL);
	cbcc_free(b);
}

/* Kernels without kprobes. */

static void keep_last(void *ctx, enum cbcc_log_level level, const char *message)
{
	char *last = ctx;

	(void)level;
	snprintf(last, 256, "%s", message);
}

static void require_no_kprobes(void)
{
	require_root();
	if (have_kprobes())
		skip_other_kernel("this kernel has kprobes");
}

static void without_kprobes_a_tracepoint_stands_in_and_the_log_is_told(void **state)
{
	char last[256] = "";
	struct cbcc_opts opts = { .sz = sizeof opts, .log = keep_last, .log_ctx = last };
	struct cbcc *b;

	(void)state;
	require_no_kprobes();
	b = new_only_ours(hello, &opts);
	assert_ok(cbcc_attach_kprobe(b, cbcc_get_syscall_fnname(b, "execve"), "hello"));
	assert_non_null(strstr(last, "no kprobes"));
	assert_non_null(strstr(last, "syscalls:sys_enter_execve"));
	assert_ok(cbcc_attach_kretprobe(b, cbcc_get_syscall_fnname(b, "execve"), "hello"));
	assert_non_null(strstr(last, "syscalls:sys_exit_execve"));
	cbcc_free(b);
}

static void without_kprobes_nothing_stands_in_for_registers(void **state)
{
	struct cbcc *b;

	(void)state;
	require_no_kprobes();
	b = new_only_ours("int f(struct pt_regs *ctx) { return PT_REGS_PARM1(ctx) == 1; }"
			  "int r(struct pt_regs *ctx) { return PT_REGS_RC(ctx) == 1; }"
			  "int g(struct pt_regs *ctx, int fd) { bpf_trace_printk(\"%d\", fd); return 0; }",
			  NULL);
	assert_int_equal(cbcc_attach_kprobe(b, SYS "execve", "f"), -EOPNOTSUPP);
	assert_error_has("reads registers");
	assert_int_equal(cbcc_attach_kprobe(b, SYS "execve", "g"), -EOPNOTSUPP);
	assert_int_equal(cbcc_attach_kretprobe(b, SYS "execve", "r"), -EOPNOTSUPP);
	assert_error_has("reads registers");
	assert_int_equal(cbcc_num_open_kprobes(b), 0);
	cbcc_free(b);
}

static void without_kprobes_only_system_calls_can_be_served(void **state)
{
	const struct cbcc_kprobe_opts within = { .sz = sizeof within, .offset = 4 };
	struct cbcc *b;

	(void)state;
	require_no_kprobes();
	b = new_only_ours(hello, NULL);
	assert_int_equal(cbcc_attach_kprobe(b, "vfs_read", "hello"), -EOPNOTSUPP);
	assert_error_has("no kprobes");
	assert_int_equal(cbcc_attach_kretprobe(b, "vfs_read", "hello"), -EOPNOTSUPP);
	assert_error_has("no kprobes");
	assert_int_equal(cbcc_attach_kprobe_opts(b, SYS "execve", "hello", &within), -EOPNOTSUPP);
	assert_error_has("within a function");
	assert_int_equal(cbcc_attach_kprobe(b, SYS "nonesuch", "hello"), -ENOENT);
	assert_error_has("sys_enter_nonesuch");
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_for_every_exec_until_detached),
		cmocka_unit_test(a_line_has_task_cpu_and_time),
		cmocka_unit_test(a_line_as_it_is_and_nothing_when_there_is_none),
		cmocka_unit_test(syscall_functions_have_the_machines_prefix),
		cmocka_unit_test(without_kprobes_a_tracepoint_stands_in_and_the_log_is_told),
		cmocka_unit_test(without_kprobes_nothing_stands_in_for_registers),
		cmocka_unit_test(without_kprobes_only_system_calls_can_be_served),
	};

	return run_selected_tests(tests, argc, argv);
}
