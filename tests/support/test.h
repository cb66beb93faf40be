/* SPDX-License-Identifier: Apache-2.0 */
/* What every test includes: cmocka with what it needs, skips that say why, and errors by their text. */
#ifndef CBCC_TEST_H
#define CBCC_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cbcc.h"

/**
 * Ends the test as skipped, with the reason. Where nothing may be missing (CBCC_TEST_NO_SKIP is set, as in a virtual
 * machine made for the test) it fails instead.
 */
#define skip_because(...)                                                                                    \
	do {                                                                                                 \
		test_note_skip(__VA_ARGS__);                                                                 \
		skip();                                                                                      \
	} while (0)

/** Ends a test that is for another kind of kernel than this one, which is no lack of this one. */
#define skip_other_kernel(...)                                                                               \
	do {                                                                                                 \
		test_note_other(__VA_ARGS__);                                                                \
		skip();                                                                                      \
	} while (0)

void test_note_other(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void test_note_skip(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** The thread's error has to contain the text. */
#define assert_error_has(text)                                                                               \
	do {                                                                                                 \
		if (!strstr(cbcc_last_error(), text))                                                        \
			fail_msg("the error is \"%s\", without \"%s\"", cbcc_last_error(), text);            \
	} while (0)

/** A call has to succeed; shows the library's error if it does not. */
#define assert_ok(call)                                                                                      \
	do {                                                                                                 \
		int assert_ok_result = (call);                                                               \
		if (assert_ok_result < 0)                                                                    \
			fail_msg("%s: %d: %s", #call, assert_ok_result, cbcc_last_error());                  \
	} while (0)

/**
 * Runs all tests, or the one that argv names. The exit status: 0; 77 if the one named was skipped; else the number of
 * failures.
 */
#define run_selected_tests(tests, argc, argv) test_main(tests, sizeof(tests) / sizeof *(tests), argc, argv)

int test_main(const struct CMUnitTest *tests, size_t count, int argc, char **argv);

#endif
