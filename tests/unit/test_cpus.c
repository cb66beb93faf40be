/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of processors as sysfs has them. */
#include "test.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel/cpus.h"

static void assert_list(const char *text, const int *expected, size_t count)
{
	size_t n;
	int *cpus;

	assert_int_equal(cpus_parse(text, &cpus, &n), 0);
	assert_int_equal(n, count);
	assert_memory_equal(cpus, expected, count * sizeof *expected);
	free(cpus);
}

static void ranges_and_numbers_are_listed(void **state)
{
	(void)state;
	assert_list("0\n", (const int[]){ 0 }, 1);
	assert_list("0-3\n", (const int[]){ 0, 1, 2, 3 }, 4);
	assert_list("0-1,5,8-9\n", (const int[]){ 0, 1, 5, 8, 9 }, 5);
	assert_list("7", (const int[]){ 7 }, 1);
}

static void what_is_no_list_is_refused(void **state)
{
	static const char *const wrong[] = { "", "\n", "x", "1-", "3-1", "1,", "1 2", "-1", "0-99999999" };
	size_t n;
	int *cpus;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(cpus_parse(wrong[i], &cpus, &n), -EINVAL);
}

static void this_machine_has_a_processor(void **state)
{
	size_t n;
	int *cpus;

	(void)state;
	assert_int_equal(cpus_online(&cpus, &n), 0);
	assert_true(n >= 1);
	free(cpus);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_and_numbers_are_listed),
		cmocka_unit_test(what_is_no_list_is_refused),
		cmocka_unit_test(this_machine_has_a_processor),
	};

	return run_selected_tests(tests, argc, argv);
}
