/* SPDX-License-Identifier: Apache-2.0 */
/* Probes on the entries and returns of real kernel functions. */
#include "resources.h"
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define KPROBES_LIST "/sys/kernel/debug/kprobes/list"
#define KPROBE_EVENTS "/sys/kernel/tracing/kprobe_events"

static void call_getpgid_of_nobody(void)
{
	getpgid(0x3ffffff);
}

static void call_getpgid_and_getpriority(void)
{
	getpgid(0);
	getpriority(PRIO_PROCESS, 0);
}

static void open_relative_to_1234567(void)
{
	/* On the stack: the probe cannot fault a page in. */
	char path[] = "/nonexistent/with/a/name";

	openat(1234567, path, O_RDONLY);
}

static void a_probe_is_in_the_kernel_while_it_is_attached(void **state)
{
	struct cbcc *b;

	(void)state;
	require_kprobes();
	b = new_only_ours("int hello(void *ctx) { if (OURS) bpf_trace_printk(\"Hello, World!\"); return 0; }",
			  NULL);
	assert_false(file_has(KPROBES_LIST, " " SYS "execve+0x0"));
	assert_ok(cbcc_attach_kprobe(b, SYS "execve", "hello"));
	assert_true(file_has(KPROBES_LIST, SYS "execve+0x0"));
	expect_message(b, run_child(exec_true), "Hello, World!");
	assert_ok(cbcc_detach_kprobe(b, SYS "execve", "hello"));
	assert_false(file_has(KPROBES_LIST, SYS "execve+0x0"));
	expect_silence(b, run_child(exec_true));
	assert_int_equal(cbcc_detach_kprobe(b, SYS "execve", "hello"), -ENOENT);
	cbcc_free(b);
}

static void a_return_probe_sees_what_the_function_returns(void **state)
{
	struct cbcc *b;

	(void)state;
	require_kprobes();
	b = new_only_ours("int f(struct pt_regs *ctx) {"
			  "	if (OURS) bpf_trace_printk(\"returned %d\", PT_REGS_RC(ctx));"
			  "	return 0; }",
			  NULL);
	assert_ok(cbcc_attach_kretprobe(b, SYS "getpgid", "f"));
	assert_int_equal(cbcc_num_open_kprobes(b), 1);
	expect_message(b, run_child(call_getpgid_of_nobody), "returned -3"); /* -ESRCH */
	assert_ok(cbcc_detach_kretprobe(b, SYS "getpgid", NULL));
	expect_silence(b, run_child(call_getpgid_of_nobody));
	cbcc_free(b);
}

static void arguments_come_from_the_registers(void **state)
{
	struct cbcc *b;
	pid_t pid;

	(void)state;
	require_kprobes();
	b = new_only_ours("int f(struct pt_regs *ctx, int dfd, const char __user *name) {"
			  "	char path[32];"
			  "	if (!OURS || dfd != 1234567) return 0;"
			  "	bpf_probe_read_user_str(path, sizeof path, name);"
			  "	bpf_trace_printk(\"%d %d %s\", dfd, PT_REGS_PARM1(ctx) == dfd, path);"
			  "	return 0; }",
			  NULL);
	assert_ok(cbcc_attach_kprobe(b, "do_sys_openat2", "f"));
	pid = run_child(open_relative_to_1234567);
	expect_message(b, pid, "1234567 1 /nonexistent/with/a/name");
	cbcc_free(b);
}

static void a_system_calls_arguments_come_from_its_own_registers(void **state)
{
	struct cbcc *b;
	pid_t pid;

	(void)state;
	require_kprobes();
	b = new_only_ours(
		"int syscall__openat(struct pt_regs *ctx, int dfd, const char __user *name, int flags) {"
		"	char path[32];"
		"	if (!OURS || dfd != 1234567) return 0;"
		"	bpf_probe_read_user_str(path, sizeof path, name);"
		"	bpf_trace_printk(\"%d %s %d\", dfd, path, flags);"
		"	return 0; }",
		NULL);
	assert_int_equal(cbcc_num_open_kprobes(b), 1); /* attached for its name */
	assert_ok(cbcc_attach_kprobe(b, cbcc_get_syscall_fnname(b, "openat"), "syscall__openat"));
	assert_int_equal(cbcc_num_open_kprobes(b), 1);
	pid = run_child(open_relative_to_1234567);
	expect_message(b, pid, "1234567 /nonexistent/with/a/name 0");
	assert_int_equal(cbcc_attach_kprobe(b, SYS "openat", "syscall__openat"), -EEXIST);
	cbcc_free(b);
}

/* Another machine's. */
#ifdef __aarch64__
#define OTHER_SYS "__x64_sys_"
#else
#define OTHER_SYS "__arm64_sys_"
#endif

static void names_attach_by_themselves_with_the_machines_prefix(void **state)
{
	struct cbcc *b;
	pid_t pid;

	(void)state;
	require_kprobes();
	b = new_only_ours("int kprobe__sys_getpgid(void *ctx) {"
			  "	if (OURS) bpf_trace_printk(\"enter\"); return 0; }"
			  "int kretprobe__" OTHER_SYS "getpgid(struct pt_regs *ctx) {"
			  "	if (OURS) bpf_trace_printk(\"leave %d\", PT_REGS_RC(ctx)); return 0; }"
			  "int syscall__no_such_call(void *ctx) { return 0; }"
			  "int left_alone(void *ctx) { return 0; }",
			  NULL);
	assert_int_equal(cbcc_num_open_kprobes(b), 2);
	pid = run_child(call_getpgid_of_nobody);
	expect_message(b, pid, "enter");
	expect_message(b, pid, "leave -3");
	cbcc_free(b);
}

static void a_pattern_attaches_to_all_it_matches(void **state)
{
	struct cbcc_kprobe_opts opts = { .sz = sizeof opts, .event_re = SYS "getp(gid|riority)$" };
	struct cbcc *b;
	pid_t pid;

	(void)state;
	require_kprobes();
	b = new_only_ours("int f(void *ctx) { if (OURS) bpf_trace_printk(\"seen\"); return 0; }", NULL);
	assert_int_equal(cbcc_attach_kprobe_opts(b, NULL, "f", &opts), 2);
	assert_int_equal(cbcc_num_open_kprobes(b), 2);
	pid = run_child(call_getpgid_and_getpriority);
	expect_message(b, pid, "seen");
	expect_message(b, pid, "seen");
	expect_silence(b, pid);
	assert_ok(cbcc_detach_kprobe(b, SYS "getpgid", NULL));
	assert_int_equal(cbcc_num_open_kprobes(b), 1);
	opts.event_re = "no_function_is_called_this.*";
	assert_int_equal(cbcc_attach_kprobe_opts(b, NULL, "f", &opts), -ENOENT);
	assert_error_has("no_function_is_called_this");
	cbcc_free(b);
}

/* Behind what functions begin with, and behind the call for ftrace: one of both starts an instruction. */
#if defined(__aarch64__)
static const size_t offsets[] = { 8, 12 };
#elif defined(__s390x__)
static const size_t offsets[] = { 6, 6 };
#else
static const size_t offsets[] = { 4, 5 };
#endif

static void an_offset_is_a_place_inside_the_function(void **state)
{
	struct cbcc_kprobe_opts opts = { .sz = sizeof opts, .offset = offsets[0] };
	char place[64];
	struct cbcc *b;

	(void)state;
	require_kprobes();
	b = new_only_ours("int f(void *ctx) { if (OURS) bpf_trace_printk(\"inside\"); return 0; }", NULL);
	if (cbcc_attach_kprobe_opts(b, SYS "getpgid", "f", &opts) != 0) {
		opts.offset = offsets[1];
		assert_ok(cbcc_attach_kprobe_opts(b, SYS "getpgid", "f", &opts));
	}
	snprintf(place, sizeof place, SYS "getpgid+0x%x", (unsigned int)opts.offset);
	assert_true(file_has(KPROBES_LIST, place));
	expect_message(b, run_child(call_getpgid_of_nobody), "inside");
	cbcc_free(b);
}

static void maxactive_makes_an_event_in_tracefs_and_leaves_none(void **state)
{
	struct cbcc_kprobe_opts opts = { .sz = sizeof opts, .maxactive = 7 };
	struct cbcc *b;

	(void)state;
	require_kprobes();
	b = new_only_ours("int f(struct pt_regs *ctx) {"
			  "	if (OURS) bpf_trace_printk(\"%d\", PT_REGS_RC(ctx)); return 0; }",
			  NULL);
	assert_ok(cbcc_attach_kretprobe_opts(b, SYS "getpgid", "f", &opts));
	assert_true(file_has(KPROBE_EVENTS, "r7:cbcc/r_" SYS "getpgid_bcc_"));
	expect_message(b, run_child(call_getpgid_of_nobody), "-3");
	assert_ok(cbcc_detach_kretprobe(b, SYS "getpgid", NULL));
	assert_false(file_has(KPROBE_EVENTS, "getpgid"));
	cbcc_free(b);
}

static void two_functions_share_a_place_and_leave_one_by_one(void **state)
{
	struct cbcc *b;
	pid_t pid;

	(void)state;
	require_kprobes();
	b = new_only_ours("int f(void *ctx) { if (OURS) bpf_trace_printk(\"f\"); return 0; }"
			  "int g(void *ctx) { if (OURS) bpf_trace_printk(\"g\"); return 0; }",
			  NULL);
	assert_ok(cbcc_attach_kprobe(b, SYS "getpgid", "f"));
	assert_ok(cbcc_attach_kprobe(b, SYS "getpgid", "g"));
	assert_int_equal(cbcc_attach_kprobe(b, SYS "getpgid", "g"), -EEXIST);
	assert_ok(cbcc_detach_kprobe(b, SYS "getpgid", "f"));
	pid = run_child(call_getpgid_of_nobody);
	expect_message(b, pid, "g");
	expect_silence(b, pid);
	cbcc_free(b);
}

static void what_cannot_be_probed_says_why(void **state)
{
	struct cbcc *b;

	(void)state;
	require_kprobes();
	b = cbcc_new("int f(void *ctx) { return 0; }", NULL);
	assert_non_null(b);
	assert_int_equal(cbcc_attach_kprobe(b, "no_such_function_here", "f"), -ENOENT);
	assert_error_has("the kernel has no such function");
	assert_int_equal(cbcc_attach_kprobe(b, "kprobe_dispatcher", "f"), -EINVAL);
	assert_error_has("forbids probes");
	assert_int_equal(cbcc_attach_kprobe(b, SYS "getpgid", "no_such_program"), -ENOENT);
	assert_error_has("it has: f");
	assert_int_equal(cbcc_num_open_kprobes(b), 0);
	cbcc_free(b);
	assert_null(cbcc_new("int kprobe__no_such_function_here(void *ctx) { return 0; }", NULL));
	assert_int_equal(errno, ENOENT);
	assert_error_has("no_such_function_here");
}

static void fifty_rounds_leave_nothing_behind(void **state)
{
	struct resources before;

	(void)state;
	require_kprobes();
	for (int round = 0; round < 60; round++) {
		struct cbcc *b = cbcc_new("int f(void *ctx) { return 0; }", NULL);

		assert_non_null(b);
		assert_ok(cbcc_attach_kprobe(b, SYS "getpgid", "f"));
		assert_ok(cbcc_attach_kretprobe(b, SYS "getpgid", "f"));
		assert_ok(cbcc_detach_kprobe(b, SYS "getpgid", NULL));
		cbcc_free(b);
		if (round == 9) /* caches are filled */
			before = resources_now();
	}
	assert_nothing_left(&before);
	assert_false(file_has(KPROBES_LIST, "getpgid"));
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_probe_is_in_the_kernel_while_it_is_attached),
		cmocka_unit_test(a_return_probe_sees_what_the_function_returns),
		cmocka_unit_test(arguments_come_from_the_registers),
		cmocka_unit_test(a_system_calls_arguments_come_from_its_own_registers),
		cmocka_unit_test(names_attach_by_themselves_with_the_machines_prefix),
		cmocka_unit_test(a_pattern_attaches_to_all_it_matches),
		cmocka_unit_test(an_offset_is_a_place_inside_the_function),
		cmocka_unit_test(maxactive_makes_an_event_in_tracefs_and_leaves_none),
		cmocka_unit_test(two_functions_share_a_place_and_leave_one_by_one),
		cmocka_unit_test(what_cannot_be_probed_says_why),
		cmocka_unit_test(fifty_rounds_leave_nothing_behind),
	};

	return run_selected_tests(tests, argc, argv);
}
