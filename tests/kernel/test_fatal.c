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

static void a_fatal_error_of_llvm_is_an_error_of_the_call(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct cbcc *b = cbcc_new("static int x;\n"
					  "int f(void *ctx) { return __sync_fetch_and_nand(&x, 1); }\n",
					  NULL);

		assert_null(b);
		assert_int_equal(errno, EINVAL);
		assert_error_has("the compiler cannot compile this: Cannot select");
		b = cbcc_new("int f(void *ctx) { return 0; }", NULL);
		assert_non_null(b);
		cbcc_free(b);
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fatal_error_of_llvm_is_an_error_of_the_call),
	};

	return run_selected_tests(tests, argc, argv);
}
