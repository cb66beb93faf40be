/* SPDX-License-Identifier: Apache-2.0 */
/* What LLVM ends a process of its own for must leave this one as it was. */
#include "test.h"

#include <errno.h>

/* What a compile had allocated when LLVM gave up is lost, as documented. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0:allow_user_poisoning=0";
}

/* Twice: the second compile shows that the first left the process as it was. */
static void expect_given_up(const char *text, const char *reason)
{
	for (int i = 0; i < 2; i++) {
		struct cbcc *b = cbcc_new(text, NULL);

		assert_null(b);
		assert_int_equal(errno, EINVAL);
		assert_error_has("the compiler cannot compile this: ");
		assert_error_has(reason);
		b = cbcc_new("int f(void *ctx) { return 0; }", NULL);
		assert_non_null(b);
		cbcc_free(b);
	}
}

static void a_text_that_takes_all_memory(void **state)
{
	(void)state;
	expect_given_up("static int a[1 << 28] = { [1 << 27] = 1 };\nint f(long *c) { return a[*c]; }",
			"it takes more than 1024 MiB of memory");
}

static void a_jump_that_is_too_far(void **state)
{
	(void)state;
	expect_given_up(
		"#define TEN(x) x x x x x x x x x x\n"
		"#define SOME asm volatile(TEN(TEN(\"r0 = r0;\")) ::: \"r0\");\n"
		"int f(volatile long *c) { if (*c) { TEN(TEN(SOME)) TEN(TEN(SOME)) TEN(TEN(SOME)) "
		"TEN(TEN(SOME)) } return c[1]; }",
		"a program is too large: some condition or loop in it has more than 32767 instructions");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_that_takes_all_memory),
		cmocka_unit_test(a_jump_that_is_too_far),
	};

	return run_selected_tests(tests, argc, argv);
}
