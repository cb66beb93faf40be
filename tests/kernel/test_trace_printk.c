/* SPDX-License-Identifier: Apache-2.0 */
/* What bpf_trace_printk() of a program makes of its arguments. */
#include "trace.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static void call_getpgid(void)
{
	getpgid(0);
}

/* The body of a program runs once; its messages have to be these. */
static void expect_printed(const char *body, const char *const *messages)
{
	struct cbcc *b;
	char *text;
	pid_t pid;

	require_root();
	assert_true(asprintf(&text,
			     "int tracepoint__syscalls__sys_enter_getpgid(void *ctx) {\n"
			     "	if (OURS) { %s }\n"
			     "	return 0;\n"
			     "}\n",
			     body) > 0);
	b = new_only_ours(text, NULL);
	free(text);
	pid = run_child(call_getpgid);
	for (; *messages; messages++)
		expect_message(b, pid, *messages);
	expect_silence(b, pid);
	cbcc_free(b);
}

static void a_newline_at_the_end_makes_no_empty_line(void **state)
{
	(void)state;
	expect_printed("bpf_trace_printk(\"with\\n\"); bpf_trace_printk(\"without\"); "
		       "bpf_trace_printk(\"last\\n\");",
		       (const char *const[]){ "with", "without", "last", NULL });
}

static void up_to_three_values(void **state)
{
	(void)state;
	expect_printed("u64 big = 1ULL << 40; char s[] = \"text\";"
		       "bpf_trace_printk(\"%d\", -1);"
		       "bpf_trace_printk(\"%u %llx\", (u8)200, big);"
		       "bpf_trace_printk(\"%s %d %c\", s, (short)-2, 'c');",
		       (const char *const[]){ "-1", "200 10000000000", "text -2 c", NULL });
}

static void more_than_three_values(void **state)
{
	(void)state;
	expect_printed("bpf_trace_printk(\"%d %d %d %d\", 1, 2, 3, 4);"
		       "bpf_trace_printk(\"%d %d %d %d %d %d %lld\", 1, 2, 3, 4, 5, 6, 7LL << 33);",
		       (const char *const[]){ "1 2 3 4", "1 2 3 4 5 6 60129542144", NULL });
}

static void the_kernels_own_form(void **state)
{
	(void)state;
	expect_printed("char format[] = \"value %d\"; bpf_trace_printk(format, sizeof format, 5);",
		       (const char *const[]){ "value 5", NULL });
}

static void a_format_longer_than_the_stack(void **state)
{
	char body[800], message[700];

	(void)state;
	memset(message, 'x', 600);
	message[600] = '\0';
	snprintf(body, sizeof body, "bpf_trace_printk(\"%s %%d\", 1);", message);
	strcat(message, " 1");
	expect_printed(body, (const char *const[]){ message, NULL });
}

static void expect_refused(const char *text, const char *message)
{
	assert_null(cbcc_new(text, NULL));
	assert_int_equal(errno, EINVAL);
	assert_error_has(message);
}

static void what_cannot_be_printed_is_an_error_at_its_line(void **state)
{
	(void)state;
	expect_refused("int f(void *ctx) {\n	const char *s = ctx;\n	bpf_trace_printk(s);\n	return 0;\n}",
		       "<text>:3:2: error: the format of bpf_trace_printk must be a string literal\n"
		       "    3 |         bpf_trace_printk(s);\n");
	expect_refused("int f(void *ctx) {\n	bpf_trace_printk(\"%f\", 1.5);\n	return 0;\n}",
		       "<text>:2:2: error:");
	expect_refused(
		"int f(void *ctx) {\n	bpf_trace_printk(\"\",1,2,3,4,5,6,7,8,9,10,11,12,13);return 0;\n}",
		"at most 12 values");
	expect_refused("int f(void *ctx) { return (long)bpf_trace_printk; }",
		       "bpf_trace_printk can only be called");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_newline_at_the_end_makes_no_empty_line),
		cmocka_unit_test(up_to_three_values),
		cmocka_unit_test(more_than_three_values),
		cmocka_unit_test(the_kernels_own_form),
		cmocka_unit_test(a_format_longer_than_the_stack),
		cmocka_unit_test(what_cannot_be_printed_is_an_error_at_its_line),
	};

	return run_selected_tests(tests, argc, argv);
}
