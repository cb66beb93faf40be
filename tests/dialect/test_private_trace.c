/* SPDX-License-Identifier: Apache-2.0 */
/* The private trace stream: what programs print, run here, read by the trace calls. */
#include "run.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct cbcc *private_handle(const char *text)
{
	const struct cbcc_opts opts = { .sz = sizeof opts, .private_trace = true };
	struct cbcc *b = cbcc_new(text, &opts);

	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
}

/* The body of a program runs once; its one message has to be this. */
static void expect_printed(const char *body, const char *message)
{
	struct cbcc_trace_line line;
	struct cbcc *b;
	char *text;

	assert_true(asprintf(&text, "int f(void *ctx) { %s return 0; }", body) > 0);
	b = private_handle(text);
	run_function(b, "f");
	assert_int_equal(cbcc_trace_fields(b, &line, true), 1);
	assert_string_equal(line.msg, message);
	assert_int_equal(cbcc_trace_fields(b, &line, true), 0);
	cbcc_free(b);
	free(text);
}

static void a_line_says_who_where_and_when(void **state)
{
	struct cbcc *b =
		private_handle("int f(void *ctx) { bpf_trace_printk(\"Hello, World!\\n\"); return 0; }");
	struct cbcc_trace_line line;
	struct timespec before, after;
	char text[200], expected[40];

	(void)state;
	prctl(PR_SET_NAME, "it - [is] me");
	clock_gettime(CLOCK_MONOTONIC, &before);
	run_function(b, "f");
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_int_equal(cbcc_trace_fields(b, &line, false), 1);
	assert_string_equal(line.task, "it - [is] me");
	assert_int_equal(line.pid, syscall(SYS_gettid));
	assert_in_range(line.cpu, 0, sysconf(_SC_NPROCESSORS_CONF) - 1);
	assert_string_equal(line.flags, ".....");
	assert_true(line.ts >= before.tv_sec + before.tv_nsec / 1e9 - 1e-6);
	assert_true(line.ts <= after.tv_sec + after.tv_nsec / 1e9 + 1e-6);
	assert_string_equal(line.msg, "Hello, World!");
	run_function(b, "f");
	assert_true(cbcc_trace_readline(b, text, sizeof text, false) > 0);
	snprintf(expected, sizeof expected, "    it - [is] me-%-7d [00", getpid());
	assert_memory_equal(text, expected, strlen(expected));
	assert_string_equal(strstr(text, ": "), ": bpf_trace_printk: Hello, World!");
	assert_int_equal(cbcc_trace_readline(b, text, sizeof text, true), -EAGAIN);
	cbcc_free(b);
}

static void integers_are_printed_by_their_conversions(void **state)
{
	(void)state;
	expect_printed(
		"bpf_trace_printk(\"%d %u %x %X %o %c|%5d|%-5d|%05d\", -1, 7, 255, 255, 8, 'c', 42, 42, 42);",
		"-1 7 ff FF 10 c|   42|42   |00042");
	expect_printed(
		"u64 big = 1ULL << 40; s64 low = -(1LL << 40);"
		"bpf_trace_printk(\"%lld %llu %llx %lu %#x %+d %i\", low, big, big, big, 16, 3, (short)-2);",
		"-1099511627776 1099511627776 10000000000 1099511627776 0x10 +3 -2");
	expect_printed("bpf_trace_printk(\"%hhd %hu 100%%\", 257, 65537);", "1 1 100%");
}

static void twelve_values(void **state)
{
	(void)state;
	expect_printed("bpf_trace_printk(\"%d %d %d %d %d %d %d %d %d %d %d %d\", 1, 2, 3, 4, 5, 6, 7, 8, 9, "
		       "10, 11, "
		       "12);",
		       "1 2 3 4 5 6 7 8 9 10 11 12");
	assert_null(cbcc_new(
		"int f(void *ctx) { bpf_trace_printk(\"\",1,2,3,4,5,6,7,8,9,10,11,12,13); return 0; }",
		&(struct cbcc_opts){ .sz = sizeof(struct cbcc_opts), .private_trace = true }));
	assert_error_has("at most 12 values");
}

/* %s takes what is the kernel's or a process's, where the address tells. */
#ifdef __s390x__
#define EITHER "%pus"
#else
#define EITHER "%s"
#endif

static void strings_of_the_program_the_kernel_and_a_process(void **state)
{
	static char user[300] = "a process's";
	const uint64_t args[RUN_ARGS_MAX] = { (uintptr_t)user };
	struct cbcc_trace_line line;
	struct cbcc *b;

	(void)state;
	prctl(PR_SET_NAME, "tester");
	expect_printed(
		"char s[] = \"of its own\"; struct task_struct *t = (void *)bpf_get_current_task();"
		"bpf_trace_printk(\"%s, %s, %10s|%-10s|%.3s, %pks\", s, t->comm, t->comm, t->comm, t->comm, "
		"t->comm);",
		"of its own, tester,     tester|tester    |tes, tester");
	b = private_handle("BPF_ARRAY(where, u64, 1);\n"
			   "int f(struct bpf_raw_tracepoint_args *ctx) {\n"
			   "	bpf_trace_printk(\"" EITHER
			   " and %pus\", (char *)ctx->args[0], ctx->args[0]); return "
			   "0;\n"
			   "}");
	run_function_with(b, "f", args);
	assert_int_equal(cbcc_trace_fields(b, &line, true), 1);
	assert_string_equal(line.msg, "a process's and a process's");
	memset(user, 'x', sizeof user - 1);
	run_function_with(b, "f", args);
	assert_int_equal(cbcc_trace_fields(b, &line, true), 1);
	assert_int_equal(strlen(line.msg), 255 + 5 + 255);
	cbcc_free(b);
	expect_printed("bpf_trace_printk(\"<%s>\", (char *)0);", "<>");
}

static void pointers_and_addresses(void **state)
{
	(void)state;
	expect_printed("bpf_trace_printk(\"%p %px %ps\", (void *)0x1234, (void *)0xffff800012345678ULL, 1);",
		       "0000000000001234 ffff800012345678 0000000000000001");
	expect_printed("u8 four[4] = { 192, 168, 0, 7 }; u8 six[16] = { 0xfe, 0x80, [15] = 1 };"
		       "bpf_trace_printk(\"%pI4 %pi4 %pI6 %pi6\", four, four, six, six);",
		       "192.168.0.7 192.168.000.007 fe80:0000:0000:0000:0000:0000:0000:0001 "
		       "fe800000000000000000000000000001");
}

static void the_kernels_own_forms(void **state)
{
	(void)state;
	expect_printed("char format[] = \"value %d\"; bpf_trace_printk(format, sizeof format, 5);",
		       "value 5");
	expect_printed("char format[] = \"a format that is so long that it is no longer stored by the "
		       "character, %s\";"
		       "char s[] = \"s\"; bpf_trace_printk(format, sizeof format, s);",
		       "a format that is so long that it is no longer stored by the character, s");
	expect_printed("static const char format[] = \"%d %d %d %d\"; u64 values[] = { 1, 2, 3, 4 };"
		       "bpf_trace_vprintk(format, sizeof format, values, sizeof values);",
		       "1 2 3 4");
}

static void warned(void *ctx, enum cbcc_log_level level, const char *message)
{
	if (level == CBCC_LOG_WARN)
		snprintf(ctx, 500, "%s", message);
}

static void what_cannot_be_printed_is_said_when_compiling(void **state)
{
	char warning[500] = "";
	const struct cbcc_opts opts = {
		.sz = sizeof opts, .private_trace = true, .log = warned, .log_ctx = warning
	};
	struct cbcc_trace_line line;
	struct cbcc *b;

	(void)state;
	b = cbcc_new("int f(void *ctx) { bpf_trace_printk(\"%d %y %d\", 1, 2); return 0; }", &opts);
	assert_non_null(b);
	assert_non_null(strstr(warning, "'%y' is printed as it is"));
	run_function(b, "f");
	assert_int_equal(cbcc_trace_fields(b, &line, true), 1);
	assert_string_equal(line.msg, "1 %y 2");
	cbcc_free(b);
	b = cbcc_new("int f(void *ctx) { bpf_trace_printk(\"%d %d\", 1); return 0; }", &opts);
	assert_non_null(b);
	assert_non_null(strstr(warning, "more conversions than there are values"));
	cbcc_free(b);
	assert_null(cbcc_new("int f(void *ctx) {\n	char s[9]; bpf_get_current_comm(s, 9);\n"
			     "	bpf_trace_printk(s, 9);\n	return 0;\n}",
			     &opts));
	assert_error_has("<text>:3:2: error: in a private trace stream, the format");
}

static void handles_do_not_see_each_others_lines(void **state)
{
	const char text[] = "int f(void *ctx) { bpf_trace_printk(\"%d\", NUMBER); return 0; }";
	const char *const one[] = { "-DNUMBER=1" }, *const two[] = { "-DNUMBER=2" };
	struct cbcc_opts opts = { .sz = sizeof opts, .private_trace = true, .cflags = one, .ncflags = 1 };
	struct cbcc *a = cbcc_new(text, &opts), *b;
	struct cbcc_trace_line line;

	(void)state;
	opts.cflags = two;
	b = cbcc_new(text, &opts);
	assert_true(a && b);
	run_function(a, "f");
	run_function(b, "f");
	run_function(a, "f");
	assert_int_equal(cbcc_trace_fields(b, &line, true), 1);
	assert_string_equal(line.msg, "2");
	assert_int_equal(cbcc_trace_fields(b, &line, true), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(cbcc_trace_fields(a, &line, true), 1);
		assert_string_equal(line.msg, "1");
	}
	assert_int_equal(cbcc_trace_fields(a, &line, true), 0);
	cbcc_free(a);
	cbcc_free(b);
}

static void the_descriptor_is_readable_when_there_is_a_line(void **state)
{
	struct cbcc *b = private_handle("int f(void *ctx) { bpf_trace_printk(\"x\"); return 0; }");
	struct pollfd fd = { .fd = cbcc_trace_fd(b), .events = POLLIN };
	struct cbcc_trace_line line;

	(void)state;
	assert_ok(fd.fd);
	assert_int_equal(poll(&fd, 1, 0), 0);
	run_function(b, "f");
	assert_int_equal(poll(&fd, 1, 0), 1);
	assert_int_equal(cbcc_trace_fields(b, &line, false), 1);
	assert_int_equal(poll(&fd, 1, 0), 0);
	cbcc_free(b);
}

static void lines_that_do_not_fit_are_counted(void **state)
{
	struct cbcc *b = private_handle(
		"int f(void *ctx) {\n"
		"	int lost = 0; char s[] = \"text\";\n"
		"	for (int i = 0; i < 500; i++) lost += bpf_trace_printk(\"%d %s\", i, s) < 0;\n"
		"	return lost;\n"
		"}");
	uint64_t lines = 0, lost = 0;
	struct cbcc_trace_line line;

	(void)state;
	assert_int_equal(cbcc_trace_lost(b), 0);
	for (int i = 0; i < 20; i++)
		lost += run_function(b, "f");
	while (cbcc_trace_fields(b, &line, true) == 1)
		lines++;
	assert_true(lost > 0 && lines > 1000);
	assert_int_equal(lines + lost, 10000);
	assert_int_equal(cbcc_trace_lost(b), lost);
	assert_int_equal(run_function(b, "f"), 0);
	cbcc_free(b);
}

static void programs_of_the_network_print_for_no_task(void **state)
{
	const uint8_t packet[64] = { 1 };
	struct network_run run = { .type = BPF_PROG_TYPE_SCHED_CLS,
				   .packet = packet,
				   .packet_size = sizeof packet };
	struct cbcc *b = private_handle(
		"static void say(int n) { char s[] = \"own\"; bpf_trace_printk(\"%d %s\", n, s); }\n"
		"int f(struct __sk_buff *skb) { say(skb->len); return 0; }");
	struct cbcc_trace_line line;

	(void)state;
	run_on_network(b, "f", &run);
	assert_int_equal(cbcc_trace_fields(b, &line, true), 1);
	assert_string_equal(line.task, "<...>");
	assert_int_equal(line.pid, 0);
	assert_string_equal(line.msg, "64 own");
	cbcc_free(b);
}

static void a_text_that_prints_nothing_has_a_stream(void **state)
{
	struct cbcc *b = private_handle("int f(void *ctx) { return 0; }");
	struct cbcc_trace_line line;

	(void)state;
	run_function(b, "f");
	assert_int_equal(cbcc_trace_fields(b, &line, true), 0);
	assert_int_equal(cbcc_trace_lost(b), 0);
	cbcc_free(b);
	b = private_handle("");
	assert_int_equal(cbcc_trace_fields(b, &line, true), 0);
	cbcc_free(b);
}

static void expect_use(struct cbcc *b, int use)
{
	assert_int_equal(cbcc_trace_is_used(b), use);
	cbcc_free(b);
}

/* To the kernel's pipe and to a private stream. */
static void whether_a_text_prints_is_known(void **state)
{
	static const char direct[] = "int f(void *ctx) { bpf_trace_printk(\"x\"); return 0; }";
	static const char in_subprogram[] =
		"static __noinline int say(int n) { bpf_trace_printk(\"%d\", n); return n; }"
		"int f(void *ctx) { return say(bpf_ktime_get_ns()); }";
	static const char in_sections[] = "#include \"vmlinux.h\"\n#include <bpf/bpf_helpers.h>\n"
					  "SEC(\"raw_tp/sys_enter\") int f(void *ctx) { bpf_printk(\"%d %d "
					  "%d %d\", 1, 2, 3, 4); return 0; }"
					  "char LICENSE[] SEC(\"license\") = \"GPL\";";
	static const char silent[] =
		"BPF_HASH(printk); int f(void *ctx) { u64 key = bpf_ktime_get_ns(), pad = 6;"
		"printk.update(&key, &pad); return 0; }";

	(void)state;
	expect_use(compiled(direct), 1);
	expect_use(private_handle(direct), 1);
	expect_use(compiled(in_subprogram), 1);
	expect_use(private_handle(in_subprogram), 1);
	expect_use(cbcc_new(in_sections,
			    &(struct cbcc_opts){ .sz = sizeof(struct cbcc_opts), .compile_only = true }),
		   1);
	expect_use(compiled(silent), 0);
	expect_use(private_handle(silent), 0);
	expect_use(compiled(""), 0);
	assert_int_equal(cbcc_trace_is_used(NULL), -EINVAL);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_who_where_and_when),
		cmocka_unit_test(integers_are_printed_by_their_conversions),
		cmocka_unit_test(twelve_values),
		cmocka_unit_test(strings_of_the_program_the_kernel_and_a_process),
		cmocka_unit_test(pointers_and_addresses),
		cmocka_unit_test(the_kernels_own_forms),
		cmocka_unit_test(what_cannot_be_printed_is_said_when_compiling),
		cmocka_unit_test(handles_do_not_see_each_others_lines),
		cmocka_unit_test(the_descriptor_is_readable_when_there_is_a_line),
		cmocka_unit_test(lines_that_do_not_fit_are_counted),
		cmocka_unit_test(programs_of_the_network_print_for_no_task),
		cmocka_unit_test(a_text_that_prints_nothing_has_a_stream),
		cmocka_unit_test(whether_a_text_prints_is_known),
	};

	return run_selected_tests(tests, argc, argv);
}
