/* SPDX-License-Identifier: Apache-2.0 */
/* What a compile may take, what it says when it takes more, and that nothing is left behind. */
#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "module/module.h"
#include "resources.h"

static void expect_error(const char *text, uint64_t memory, uint32_t ms, const char *error)
{
	struct compile_request request = { .text = text,
					   .text_size = strlen(text),
					   .name = "<text>",
					   .kernel_version = 6 << 16 | 1 << 8,
					   .memory_limit = memory,
					   .time_limit = ms };
	struct compiled result;

	assert_int_equal(compiler_compile(&request, &result), -EINVAL);
	assert_non_null(result.diagnostics);
	if (!strstr(result.diagnostics, error))
		fail_msg("%.2000s, without %s", result.diagnostics, error);
	compiler_release(&result);
}

/* C++ allocates from the sanitizer itself, past what counts it. */
static void skip_with_other_allocators(void)
{
#ifdef __SANITIZE_ADDRESS__
	skip_because("AddressSanitizer's allocator has no budget");
#endif
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* line, which has one %d, so many times. */
static char *repeated(const char *start, const char *line, int times, const char *end)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fputs(start, out);
	for (int i = 0; i < times; i++)
		fprintf(out, line, i); /* NOLINT: from this file */
	fputs(end, out);
	fclose(out);
	return text;
}

static void a_parse_that_takes_too_long_ends_by_an_error(void **state)
{
	char *text =
		repeated("", "static inline long f%d(long *c) { return c[1] ? c[0] + c[2] : c[3] * 5; }\n",
			 100000, "int f(void *c) { return 0; }\n");
	double start = seconds();

	(void)state;
	expect_error(text, 0, 50, "error: compiling this takes more than 50 ms of processor time");
	assert_true(seconds() - start < 20);
	free(text);
}

/* Functions that are parsed in a tenth of the time that their passes take, of which none takes long. */
static char *functions(int count)
{
	return repeated("#define STEP(n) if (x % (c[1] + n)) x += c[2] * x;\n"
			"#define TEN(n) STEP(n) STEP(n + 1) STEP(n + 2) STEP(n + 3) STEP(n + 4) "
			"STEP(n + 5) STEP(n + 6) STEP(n + 7) STEP(n + 8) STEP(n + 9)\n"
			"#define HUNDRED TEN(0) TEN(10) TEN(20) TEN(30) TEN(40) TEN(50) TEN(60) TEN(70) "
			"TEN(80) TEN(90)\n",
			"int f%d(long *c) { long x = c[0]; HUNDRED HUNDRED HUNDRED return x; }\n", count, "");
}

static void passes_that_take_too_long_end_by_an_error(void **state)
{
	char *text = functions(30);
	double start = seconds();

	(void)state;
	expect_error(text, 0, 600, "error: compiling this takes more than 600 ms of processor time");
	assert_true(seconds() - start < 20);
	free(text);
}

/* (In a virtual machine it is set already.) */
static void expect_error_with_environment(const char *text, const char *value, uint32_t ms, const char *error)
{
	static const char name[] = "CBCC_COMPILE_TIME";
	char *old = getenv(name) ? strdup(getenv(name)) : NULL;

	setenv(name, value, 1);
	expect_error(text, 0, ms, error);
	if (old)
		setenv(name, old, 1);
	else
		unsetenv(name);
	free(old);
}

static void the_environment_sets_the_time(void **state)
{
	char *text = functions(200);

	(void)state;
	expect_error_with_environment(text, "1", 0,
				      "error: compiling this takes more than 1000 ms of processor time");
	expect_error_with_environment(text, "1000", 50,
				      "error: compiling this takes more than 50 ms of processor time");
	free(text);
}

static void what_the_environment_says_must_be_a_time(void **state)
{
	static const char *const wrong[] = { "0", "-1", "1.5", "10s", "no", "99999999999" };

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		expect_error_with_environment("int f(void *ctx) { return 7; }", wrong[i], 0,
					      "' is no number of seconds");
}

static void a_parse_that_takes_too_much_memory_ends_by_an_error(void **state)
{
	char *text;

	(void)state;
	skip_with_other_allocators();
	text = repeated("", "static inline long f%d(long *c) { return c[1] ? c[0] + c[2] : c[3] * 5; }\n",
			20000, "int f(void *c) { return 0; }\n");
	expect_error(text, 8 << 20, 0, "error: compiling this takes more than 8 MiB of memory");
	free(text);
}

/* One token of the text is all it takes. */
static void what_cannot_end_by_an_error_leaves_little(void **state)
{
	static const char text[] = "static int a[1 << 28] = { [1 << 25] = 1 };\n"
				   "int f(long *c) { return a[*c]; }";
	struct resources before;

	(void)state;
	skip_with_other_allocators();
	for (int i = 0; i < 10; i++) {
		expect_error(text, 32 << 20, 0,
			     "error: the compiler cannot compile this: it takes more than 64 MiB of memory");
		assert_int_equal(run("int f(void *ctx) { return 7; }"), 7);
		if (i == 0)
			before = resources_now();
	}
	assert_in_range(resources_now().memory, 0, before.memory + 9 * (2 << 20));
}

static void failing_compiles_leave_no_memory_behind(void **state)
{
	static const char *const texts[] = {
		/* found by the parser, by the code generator, by the passes, by the back end, by the assembler */
		"struct s { int a; struct t *t; }; struct t { struct s s; };\n"
		"int f(void *ctx, struct t *t, struct task_struct *p) { return t->s.a + p->pid; }\n"
		"int g(void *ctx) { return no_such_name; }",
		"struct s { int a; struct t *t; }; struct t { struct s s; };\n"
		"int f(struct t *t) { __asm__(\"\" :: \"no such\"(t->s.a)); return 0; }",
		"struct s { int a; struct t *t; }; struct t { struct s s; };\n"
		"int f(void *ctx, struct t *t) { t->s.a = 1; return 0; }",
		"struct s { char a[600]; };\n"
		"int f(void *ctx) { struct s s = {}; bpf_probe_read(&s, sizeof s, ctx); return s.a[3]; }",
		"int f(void *ctx) { asm volatile(\"no such\"); return 0; }",
	};
	struct resources before;

	(void)state;
	/* (The pools of allocations are warm after some rounds.) */
	for (int round = 0; round < 45; round++) {
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
			expect_error(texts[i], 0, 0, "error: ");
		if (round == 24)
			before = resources_now();
	}
	assert_nothing_left(&before);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_parse_that_takes_too_long_ends_by_an_error),
		cmocka_unit_test(passes_that_take_too_long_end_by_an_error),
		cmocka_unit_test(the_environment_sets_the_time),
		cmocka_unit_test(what_the_environment_says_must_be_a_time),
		cmocka_unit_test(a_parse_that_takes_too_much_memory_ends_by_an_error),
		cmocka_unit_test(what_cannot_end_by_an_error_leaves_little),
		cmocka_unit_test(failing_compiles_leave_no_memory_behind),
	};

	return run_selected_tests(tests, argc, argv);
}
