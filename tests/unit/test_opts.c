/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <errno.h>

#include "base/opts.h"

/* A struct at three releases. */
struct old_opts {
	size_t sz;
	int first;
};

struct opts {
	size_t sz;
	int first, second;
	const char *third;
};

struct new_opts {
	struct opts known;
	unsigned char fourth[3];
	unsigned char padding[5];
};

static void null_is_all_defaults(void **state)
{
	struct opts known, zero;

	(void)state;
	memset(&known, 0xff, sizeof known);
	memset(&zero, 0, sizeof zero);
	assert_int_equal(opts_copy(&known, sizeof known, NULL, "opts"), 0);
	assert_memory_equal(&known, &zero, sizeof known);
}

static void members_are_copied(void **state)
{
	struct opts opts = { .sz = sizeof opts, .first = 1, .second = 2, .third = "3" }, known;

	(void)state;
	assert_int_equal(opts_copy(&known, sizeof known, &opts, "opts"), 0);
	assert_int_equal(known.first, 1);
	assert_int_equal(known.second, 2);
	assert_ptr_equal(known.third, opts.third);
}

static void an_older_caller_gets_defaults_for_the_rest(void **state)
{
	struct old_opts opts = { .sz = sizeof opts, .first = 7 };
	struct opts known;

	(void)state;
	memset(&known, 0xff, sizeof known);
	assert_int_equal(opts_copy(&known, sizeof known, &opts, "opts"), 0);
	assert_int_equal(known.first, 7);
	assert_null(known.third);
}

static void a_newer_caller_may_leave_new_members_zero(void **state)
{
	struct new_opts opts = { .known = { .sz = sizeof opts, .first = 7, .third = "x" } };
	struct opts known;

	(void)state;
	assert_int_equal(opts_copy(&known, sizeof known, &opts, "opts"), 0);
	assert_int_equal(known.first, 7);
	assert_string_equal(known.third, "x");
}

static void a_member_unknown_here_is_refused(void **state)
{
	struct new_opts opts = { .known = { .sz = sizeof opts } };
	struct opts known;

	(void)state;
	for (size_t i = 0; i < sizeof opts.fourth; i++) {
		char where[32];

		memset(opts.fourth, 0, sizeof opts.fourth);
		opts.fourth[i] = 1;
		snprintf(where, sizeof where, "byte %zu ", offsetof(struct new_opts, fourth) + i);
		assert_int_equal(opts_copy(&known, sizeof known, &opts, "opts"), -E2BIG);
		assert_error_has("struct opts");
		assert_error_has(where);
	}
}

static void a_size_not_set_is_refused(void **state)
{
	struct opts opts = { .first = 1 }, known;

	(void)state;
	for (opts.sz = 0; opts.sz < sizeof opts.sz; opts.sz++) {
		assert_int_equal(opts_copy(&known, sizeof known, &opts, "opts"), -EINVAL);
		assert_error_has("sizeof(struct opts)");
	}
	opts.sz = (size_t)-1;
	assert_int_equal(opts_copy(&known, sizeof known, &opts, "opts"), -EINVAL);
	opts.sz = sizeof opts.sz;
	assert_int_equal(opts_copy(&known, sizeof known, &opts, "opts"), 0);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_is_all_defaults),
		cmocka_unit_test(members_are_copied),
		cmocka_unit_test(an_older_caller_gets_defaults_for_the_rest),
		cmocka_unit_test(a_newer_caller_may_leave_new_members_zero),
		cmocka_unit_test(a_member_unknown_here_is_refused),
		cmocka_unit_test(a_size_not_set_is_refused),
	};

	return run_selected_tests(tests, argc, argv);
}
