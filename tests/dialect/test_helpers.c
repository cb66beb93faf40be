/* SPDX-License-Identifier: Apache-2.0 */
/* BPF helpers, called by name. */
#include "run.h"

#include <unistd.h>

static void helpers_are_declared_and_called(void **state)
{
	(void)state;
	assert_int_equal(run("int f(void *ctx) { return bpf_get_current_pid_tgid() >> 32; }"), getpid());
	assert_int_equal(run("int f(void *ctx) { return bpf_ktime_get_ns() > 1000; }"), 1);
	assert_int_equal(
		run("int f(void *ctx) { char c[16] = {}; return bpf_get_current_comm(c, 16) == 0 && c[0]; }"),
		1);
}

static void a_programs_own_declaration_wins(void **state)
{
	(void)state;
	assert_int_equal(run("static int bpf_ktime_get_ns(void) { return 7; }\n"
			     "int f(void *ctx) { return bpf_ktime_get_ns(); }"),
			 7);
	assert_int_equal(run("static unsigned long long (*bpf_get_current_pid_tgid)(void) = (void *)14;\n"
			     "int f(void *ctx) { return bpf_get_current_pid_tgid() >> 32; }"),
			 getpid());
}

static void a_wrong_call_is_an_error_at_its_line(void **state)
{
	(void)state;
	assert_null(cbcc_new("int f(void *ctx) {\n	return bpf_get_current_comm();\n}", NULL));
	assert_error_has("<text>:2:30: error: too few arguments to function call, expected 2, have 0");
}

static void arguments_come_from_the_context(void **state)
{
	const uint64_t args[RUN_ARGS_MAX] = { 40, 2 };

	(void)state;
	assert_int_equal(run_with_args("struct raw { u64 args[2]; };\n"
				       "int f(struct raw *ctx) { return ctx->args[0] + ctx->args[1]; }",
				       "f", args),
			 42);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(helpers_are_declared_and_called),
		cmocka_unit_test(a_programs_own_declaration_wins),
		cmocka_unit_test(a_wrong_call_is_an_error_at_its_line),
		cmocka_unit_test(arguments_come_from_the_context),
	};

	return run_selected_tests(tests, argc, argv);
}
