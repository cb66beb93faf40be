/* SPDX-License-Identifier: Apache-2.0 */
/* Logs of several kernels, reduced to reason and place. */
#include "test.h"

#include <errno.h>

#include "loader/verifier_log.h"

static const char text[] = "int f(void *ctx) {\n"
			   "	long *p = 0;\n"
			   "	return 0;\n"
			   "	return 0;\n"
			   "	return *p + 1;\n"
			   "}\n";

static void the_place_that_a_newer_kernel_gives(void **state)
{
	static const char log[] = "0: R1=ctx() R10=fp0\n"
				  "; return *p + 1; @ <text>:5\n"
				  "0: (79) r0 = *(u64 *)(r1 +0)\n"
				  "R1 invalid mem access 'scalar'\n"
				  "processed 1 insns (limit 1000000) max_states_per_insn 0\n";

	(void)state;
	assert_int_equal(verifier_log_error(-EACCES, "f", log, text, "<text>"), -EACCES);
	assert_error_has(
		"cannot load 'f': R1 invalid mem access 'scalar'\n<text>:5: return *p + 1;\n0: R1=ctx()");
}

static void the_place_that_an_older_kernel_leaves_to_find(void **state)
{
	static const char log[] = "; return *p + 1;\n"
				  "0: (79) r0 = *(u64 *)(r1 +0)\n"
				  "R1 invalid mem access 'inv'\n"
				  "verification time 20 usec\nstack depth 0\nprocessed 1 insns\n";

	(void)state;
	verifier_log_error(-EACCES, "f", log, text, "prog.c");
	assert_error_has("cannot load 'f': R1 invalid mem access 'inv'\nprog.c:5: return *p + 1;\n; return");
}

static void a_line_that_stands_twice_has_no_number(void **state)
{
	(void)state;
	verifier_log_error(-EINVAL, "f", "; return 0;\nR0 !read_ok\n", text, "prog.c");
	assert_error_has("cannot load 'f': R0 !read_ok\nreturn 0;\n");
}

static void a_missing_helper_says_which_kernel_has_it(void **state)
{
	(void)state;
	verifier_log_error(-EINVAL, "f",
			   "4: (85) call unknown#177\ninvalid func unknown#177\nprocessed 5 insns\n", text,
			   "prog.c");
	assert_error_has("cannot load 'f': invalid func unknown#177\nbpf_trace_printk with more than three "
			 "values takes "
			 "Linux 5.16\n4: (85)");
}

static void an_empty_log_leaves_the_errno(void **state)
{
	(void)state;
	verifier_log_error(-EPERM, "f", "", text, "prog.c");
	assert_error_has("cannot load 'f': Operation not permitted");
	assert_error_has("root");
	verifier_log_error(-E2BIG, "f", "\n\n", text, "prog.c");
	assert_error_has("cannot load 'f': Argument list too long");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_place_that_a_newer_kernel_gives),
		cmocka_unit_test(the_place_that_an_older_kernel_leaves_to_find),
		cmocka_unit_test(a_line_that_stands_twice_has_no_number),
		cmocka_unit_test(a_missing_helper_says_which_kernel_has_it),
		cmocka_unit_test(an_empty_log_leaves_the_errno),
	};

	return run_selected_tests(tests, argc, argv);
}
