/* SPDX-License-Identifier: Apache-2.0 */
/* Tracepoints. */
#include "resources.h"
#include "trace.h"

#include <errno.h>
#include <unistd.h>

static void call_getpgid(void)
{
	getpgid(0);
}

static void a_line_for_every_pass_until_detached(void **state)
{
	struct cbcc *b;
	pid_t pid;

	(void)state;
	require_root();
	b = new_only_ours("int f(void *ctx) { if (OURS) bpf_trace_printk(\"pass\"); return 0; }", NULL);
	assert_ok(cbcc_attach_tracepoint(b, "syscalls:sys_enter_getpgid", "f"));
	assert_ok(cbcc_attach_tracepoint(b, "syscalls:sys_exit_getpgid", "f"));
	assert_int_equal(cbcc_num_open_kprobes(b), 0);
	pid = run_child(call_getpgid);
	expect_message(b, pid, "pass");
	expect_message(b, pid, "pass");
	assert_ok(cbcc_detach_tracepoint(b, "syscalls:sys_exit_getpgid"));
	pid = run_child(call_getpgid);
	expect_message(b, pid, "pass");
	expect_silence(b, pid);
	assert_ok(cbcc_detach_tracepoint(b, "syscalls:sys_enter_getpgid"));
	expect_silence(b, run_child(call_getpgid));
	cbcc_free(b);
}

static void names_attach_by_themselves(void **state)
{
	struct cbcc *b;

	(void)state;
	require_root();
	b = new_only_ours("int tracepoint__syscalls__sys_enter_getpgid(void *args) {"
			  "	if (OURS) bpf_trace_printk(\"pass\"); return 0; }",
			  NULL);
	expect_message(b, run_child(call_getpgid), "pass");
	assert_int_equal(cbcc_attach_tracepoint(b, "syscalls:sys_enter_getpgid",
						"tracepoint__syscalls__sys_enter_getpgid"),
			 -EEXIST);
	cbcc_free(b);
}

static void what_is_no_tracepoint_says_why(void **state)
{
	struct cbcc *b;

	(void)state;
	require_root();
	b = cbcc_new("int f(void *ctx) { return 0; }", NULL);
	assert_non_null(b);
	assert_int_equal(cbcc_attach_tracepoint(b, "sys_enter_getpgid", "f"), -EINVAL);
	assert_error_has("category:event");
	assert_int_equal(cbcc_attach_tracepoint(b, "syscalls:sys_enter_nonesuch", "f"), -ENOENT);
	assert_error_has("sys_enter_nonesuch");
	assert_int_equal(cbcc_attach_tracepoint(b, "nonesuch:sys_enter_getpgid", "f"), -ENOENT);
	assert_error_has("nonesuch");
	assert_int_equal(cbcc_attach_tracepoint(b, "../syscalls:sys_enter_getpgid", "f"), -EINVAL);
	assert_int_equal(cbcc_attach_tracepoint(b, "syscalls:sys_enter_getpgid", "g"), -ENOENT);
	assert_error_has("it has: f");
	assert_int_equal(cbcc_attach_tracepoint(b, NULL, "f"), -EINVAL);
	assert_int_equal(cbcc_attach_tracepoint(b, "syscalls:sys_enter_getpgid", NULL), -EINVAL);
	assert_int_equal(cbcc_detach_tracepoint(b, "syscalls:sys_enter_getpgid"), -ENOENT);
	assert_int_equal(cbcc_detach_tracepoint(b, NULL), -EINVAL);
	cbcc_free(b);
	assert_null(cbcc_new("int tracepoint__nonesuch__event(void *args) { return 0; }", NULL));
	assert_int_equal(errno, ENOENT);
	/* In the order of their names. */
	assert_null(cbcc_new("int tracepoint__nonesuch__z(void *args) { return 0; }\n"
			     "int tracepoint__nonesuch__a(void *args) { return 0; }",
			     NULL));
	assert_error_has("nonesuch:a");
	assert_null(cbcc_new("int tracepoint__nonesuch(void *args) { return 0; }", NULL));
	assert_int_equal(errno, EINVAL);
}

static void twenty_rounds_leave_nothing_behind(void **state)
{
	struct resources before;

	(void)state;
	require_root();
	for (int round = 0; round < 30; round++) {
		struct cbcc *b = cbcc_new("int f(void *ctx) { return 0; }", NULL);

		assert_non_null(b);
		assert_ok(cbcc_attach_tracepoint(b, "syscalls:sys_enter_getpgid", "f"));
		if (round % 2)
			assert_ok(cbcc_detach_tracepoint(b, "syscalls:sys_enter_getpgid"));
		cbcc_free(b);
		if (round == 9) /* caches are filled */
			before = resources_now();
	}
	assert_nothing_left(&before);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_for_every_pass_until_detached),
		cmocka_unit_test(names_attach_by_themselves),
		cmocka_unit_test(what_is_no_tracepoint_says_why),
		cmocka_unit_test(twenty_rounds_leave_nothing_behind),
	};

	return run_selected_tests(tests, argc, argv);
}
