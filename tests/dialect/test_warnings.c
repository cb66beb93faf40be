/* SPDX-License-Identifier: Apache-2.0 */
/* What a text is told about itself: formats that the kernel refuses, its license and version, names found nowhere. */
#include "run.h"
#include "module/module.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char logged[4096];

static void keep(void *ctx, enum cbcc_log_level level, const char *message)
{
	(void)ctx;
	if (level == CBCC_LOG_WARN)
		snprintf(logged, sizeof logged, "%s", message);
}

static struct cbcc *compile(const char *text, const char *cflag)
{
	struct cbcc_opts opts = {
		.sz = sizeof opts, .cflags = &cflag, .ncflags = cflag != NULL, .log = keep
	};

	logged[0] = '\0';
	return cbcc_new(text, &opts);
}

/* The warning of a text that compiles, "" if there is none. */
static const char *warning_of(const char *text, const char *cflag)
{
	struct cbcc *b = compile(text, cflag);

	if (!b)
		fail_msg("%s", cbcc_last_error());
	cbcc_free(b);
	return logged;
}

static const char *error_of(const char *text, const char *cflag)
{
	assert_null(compile(text, cflag));
	return cbcc_last_error();
}

static void expect(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' does not say '%s'", text, part);
}

/* A program that returns whether its call printed nothing. */
static const char *print_text(const char *arguments)
{
	static char text[512];

	snprintf(text, sizeof text, "int f(void *ctx) { return bpf_trace_printk(%s) < 0; }", arguments);
	return text;
}

static void a_format_that_the_kernel_refuses_is_warned_of(void **state)
{
	static const struct {
		const char *arguments, *problem;
	} formats[] = {
		{ "\"%f\", 1", "'%f'" },      { "\"a %5.3d\", 1", "'%5.'" }, { "\"%d %f\", 1, 2", "'%f'" },
		{ "\"%hd\", 1", "'%h'" },     { "\"%o\", 1", "'%o'" },       { "\"%pI5\", 0", "'%p'" },
		{ "\"%sx\", \"\"", "'%s'" },  { "\"100%\"", "'%'" },         { "\"%\", 1", "'%'" },
		{ "\"\\x01\"", "not ASCII" }, { "\"%llld\", 1", "'%lll'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		const char *text = print_text(formats[i].arguments);

		expect(warning_of(text, NULL), "<text>:1:27: warning: the kernel refuses this format");
		expect(logged, formats[i].problem);
		if (run(text) != 1)
			fail_msg("the kernel takes %s", formats[i].arguments);
		assert_string_equal(warning_of(text, "-w"), "");
	}
}

static void a_format_with_too_few_values_is_warned_of(void **state)
{
	(void)state;
	expect(warning_of(print_text("\"%d %d\", 1"), NULL),
	       "<text>:1:27: warning: bpf_trace_printk: the format has more conversions than there are "
	       "values");
	assert_string_equal(warning_of(print_text("\"%d %d\", 1, 2"), NULL), "");
}

static void a_format_that_the_kernel_takes_is_not_warned_of(void **state)
{
	static const char *const formats[] = {
		"\"%d %i %u\", 1, 2, 3",
		"\"%x %ld %llx\", 1, 2, 3",
		"\"%s %p %lu\", \"a\", ctx, 4",
		"\"plain\\tand\\n\"",
		"\"\"",
		"\"%s: %d, (%s)\", \"a\", 1, \"b\"",
		"\"%d %d %d %d\", 1, 2, 3, 4",
		"\"%-10d|%08llx|%+d %% %X\", 1, 2, 3, 4",
		"\"%pI4 %pi6 %pks %pus %pS\", ctx, ctx, ctx, ctx, ctx",
		"\"no conversion\", 1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		assert_string_equal(warning_of(print_text(formats[i]), NULL), "");
}

/* The diagnostics of a text compiled as for Linux 5.10, "" if there are none; valid until the next call. */
static const char *warning_on_510(const char *text)
{
	struct compile_request request = {
		.text = text, .text_size = strlen(text), .name = "<text>", .kernel_version = 5 << 16 | 10 << 8
	};
	struct compiled result;

	assert_ok(compiler_compile(&request, &result));
	snprintf(logged, sizeof logged, "%s", result.diagnostics ? result.diagnostics : "");
	compiler_release(&result);
	return logged;
}

static void older_kernels_take_fewer_formats(void **state)
{
	static const char *const refused[] = { "\"%5d\", 1",          "\"%X\", 1",     "\"100%%\"",
					       "\"%s %s\", ctx, ctx", "\"%pI4\", ctx", "\"%c\", 1" };
	static const char *const taken[] = { "\"%d %lx %llu\", 1, 2, 3", "\"%s %d %p\", ctx, 1, ctx" };

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		expect(warning_on_510(print_text(refused[i])), "warning: the kernel refuses this format");
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		assert_string_equal(warning_on_510(print_text(taken[i])), "");
}

static void the_license_is_not_given_by_arguments(void **state)
{
	static const char text[] = "int f(void *ctx) { return 0; }";

	(void)state;
	expect(error_of(text, "-DBPF_LICENSE=GPL"),
	       "error: BPF_LICENSE cannot be given by the compiler's arguments");
	expect(error_of("#define BPF_LICENSE GPL\nint f(void *ctx) { return 0; }", "-DBPF_LICENSE=GPL"),
	       "error: BPF_LICENSE cannot be given by the compiler's arguments");
	assert_string_equal(warning_of("#define BPF_LICENSE GPL\nint f(void *ctx) { return 0; }", NULL), "");
}

static void the_version_comes_from_the_environment(void **state)
{
	static const char text[] = "int f(void *ctx) { return LINUX_VERSION_CODE == 263680; }";

	(void)state;
	setenv("BCC_LINUX_VERSION_CODE", "263680", 1);
	expect(warning_of(text, NULL), "warning: BCC_LINUX_VERSION_CODE='263680'");
	assert_string_equal(warning_of(text, "-w"), "");
	assert_int_equal(run(text), 0);
	setenv("BCC_LINUX_VERSION_CODE", "4.6", 1);
	expect(error_of(text, NULL), "error: BCC_LINUX_VERSION_CODE='4.6' is no number");
	unsetenv("BCC_LINUX_VERSION_CODE");
	assert_string_equal(warning_of(text, NULL), "");
}

static void a_name_found_nowhere_is_said_to_be(void **state)
{
	(void)state;
	expect(error_of("int f(void *ctx) { return no_such_name; }", NULL),
	       "note: it is not in this kernel's BTF (vmlinux, loaded modules)");
	expect(error_of("int f(void *ctx) { return NO_SUCH_MACRO; }", NULL),
	       "note: if it is a macro of the kernel's headers, none of which is read: #define it in the "
	       "program");
	expect(error_of("int f(void *ctx) { return REQ_WRITE; }", NULL),
	       "note: it is a macro of kernels before 4.8");
	expect(error_of("int f(void *ctx) { return no_such_function(1); }", NULL),
	       "note: it is not in this kernel's BTF");
	expect(error_of("int f(void *ctx) { struct no_such s; return 0; }", NULL), "which does not have it");
}

static void a_programs_enum_is_the_one_in_kernel_types(void **state)
{
	(void)state;
	assert_string_equal(warning_of("enum pid_type { MINE, OTHER = 7 };\n"
				       "int f(struct pt_regs *ctx, struct kernfs_node *n) {\n"
				       "	return __builtin_types_compatible_p(__typeof__(((struct "
				       "fown_struct *)0)->pid_type),"
				       " enum pid_type); }",
				       NULL),
			    "");
	assert_int_equal(
		run("enum pid_type { MINE, OTHER = 7 };\n"
		    "int f(void *ctx) {\n"
		    "	return __builtin_types_compatible_p(__typeof__(((struct fown_struct *)0)->pid_type),"
		    " enum pid_type) * 10 + OTHER; }"),
		17);
	assert_int_equal(run("enum pid_type { MINE };\nint f(void *ctx) { return PIDTYPE_PGID; }"), 2);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_format_that_the_kernel_refuses_is_warned_of),
		cmocka_unit_test(a_format_with_too_few_values_is_warned_of),
		cmocka_unit_test(a_format_that_the_kernel_takes_is_not_warned_of),
		cmocka_unit_test(older_kernels_take_fewer_formats),
		cmocka_unit_test(the_license_is_not_given_by_arguments),
		cmocka_unit_test(the_version_comes_from_the_environment),
		cmocka_unit_test(a_name_found_nowhere_is_said_to_be),
		cmocka_unit_test(a_programs_enum_is_the_one_in_kernel_types),
	};

	return run_selected_tests(tests, argc, argv);
}
