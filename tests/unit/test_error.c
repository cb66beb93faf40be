/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/error.h"

/* Runs before all others, which leave errors behind. */
static void no_error_is_an_empty_string(void **state)
{
	(void)state;
	assert_string_equal(cbcc_last_error(), "");
}

static void set_appends_the_code_and_returns_it(void **state)
{
	(void)state;
	assert_int_equal(error_set(-ENOENT, "cannot open %s", "x"), -ENOENT);
	assert_string_equal(cbcc_last_error(), "cannot open x: No such file or directory");
}

static void say_appends_nothing_and_returns_the_code(void **state)
{
	(void)state;
	assert_int_equal(error_say(-EINVAL, "%d is odd", 3), -EINVAL);
	assert_string_equal(cbcc_last_error(), "3 is odd");
}

static void an_error_may_quote_the_one_before(void **state)
{
	(void)state;
	error_say(-EINVAL, "inner");
	error_say(-EINVAL, "outer: %s", cbcc_last_error());
	assert_string_equal(cbcc_last_error(), "outer: inner");
}

static void details_are_lines_below(void **state)
{
	(void)state;
	error_say(-EINVAL, "first");
	error_details("second\nthird");
	error_details(NULL);
	error_details("");
	assert_string_equal(cbcc_last_error(), "first\nsecond\nthird");
}

static void no_newline_ends_an_error(void **state)
{
	(void)state;
	error_say(-EINVAL, "first");
	error_details("second\n\nthird\n\n");
	error_details("\n");
	error_details("fourth\n");
	assert_string_equal(cbcc_last_error(), "first\nsecond\n\nthird\nfourth");
}

static void what_is_missing_does_not_hide_why(void **state)
{
	(void)state;
	error_say(-ENOENT, "%s", "");
	assert_int_equal(error_missing("%s: it is NULL", "call"), -EINVAL);
	assert_string_equal(cbcc_last_error(), "call: it is NULL");
	error_say(-ENOENT, "why there is none");
	assert_int_equal(error_missing("%s: it is NULL", "call"), -EINVAL);
	assert_string_equal(cbcc_last_error(), "why there is none");
}

static void no_length_is_too_long(void **state)
{
	size_t size = 1 << 20;
	char *text = malloc(size + 1);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	text[size] = '\0';
	error_say(-EINVAL, "%s!", text);
	assert_int_equal(strlen(cbcc_last_error()), size + 1);
	assert_int_equal(cbcc_last_error()[size], '!');
	free(text);
}

static void null_is_returned_with_errno(void **state)
{
	(void)state;
	errno = 0;
	assert_null(error_null(-ELIBACC));
	assert_int_equal(errno, ELIBACC);
}

static void *other_thread(void *result)
{
	char *seen = result;

	strcpy(seen, *cbcc_last_error() ? "not empty" : "empty");
	error_say(-EINVAL, "theirs");
	strcat(seen, strcmp(cbcc_last_error(), "theirs") ? ", lost" : ", kept");
	return NULL;
}

static void every_thread_has_its_own(void **state)
{
	char seen[64];
	pthread_t thread;

	(void)state;
	error_say(-EINVAL, "ours");
	assert_int_equal(pthread_create(&thread, NULL, other_thread, seen), 0);
	pthread_join(thread, NULL);
	assert_string_equal(seen, "empty, kept");
	assert_string_equal(cbcc_last_error(), "ours");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_error_is_an_empty_string),
		cmocka_unit_test(set_appends_the_code_and_returns_it),
		cmocka_unit_test(say_appends_nothing_and_returns_the_code),
		cmocka_unit_test(an_error_may_quote_the_one_before),
		cmocka_unit_test(details_are_lines_below),
		cmocka_unit_test(no_newline_ends_an_error),
		cmocka_unit_test(what_is_missing_does_not_hide_why),
		cmocka_unit_test(no_length_is_too_long),
		cmocka_unit_test(null_is_returned_with_errno),
		cmocka_unit_test(every_thread_has_its_own),
	};

	return run_selected_tests(tests, argc, argv);
}
