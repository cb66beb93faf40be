/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

/*
 * LLVM's headers, compiled with AddressSanitizer, poison memory that its libraries, compiled without, then use.
 */
__attribute__((weak, visibility("default"))) const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "allow_user_poisoning=0";
}

static bool skipped;

static void note(const char *fmt, va_list args)
{
	char reason[512];

	vsnprintf(reason, sizeof reason, fmt, args);
	print_message("skipped: %s\n", reason);
	skipped = true;
}

void test_note_skip(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	note(fmt, args);
	va_end(args);
	if (getenv("CBCC_TEST_NO_SKIP"))
		fail_msg("nothing may be skipped here");
}

void test_note_other(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	note(fmt, args);
	va_end(args);
}

int test_main(const struct CMUnitTest *tests, size_t count, int argc, char **argv)
{
	const struct CMUnitTest *selected = tests;
	size_t selected_count = count;
	int failures;

	if (argc > 1) {
		for (selected = tests; selected < tests + count; selected++)
			if (strcmp(selected->name, argv[1]) == 0)
				break;
		selected_count = 1;
		if (selected == tests + count) {
			print_error("no test '%s'\n", argv[1]);
			return 1;
		}
	}
	failures = _cmocka_run_group_tests("tests", selected, selected_count, NULL, NULL);
	if (failures == 0 && skipped && argc > 1) {
		fflush(NULL);
		_exit(77); /* what a test has that skips half-way is not a leak */
	}
	return failures;
}
