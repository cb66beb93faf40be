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
		"cannot load 'f': R1 invalid mem access 'scalar'\nthe verifier does not know what is there: "
		"bpf_probe_read_kernel() and bpf_probe_read_user() read it\n<text>:5: return *p + 1;\n0: "
		"R1=ctx()");
}

static void the_place_that_an_older_kernel_leaves_to_find(void **state)
{
	static const char log[] = "; return *p + 1;\n"
				  "0: (79) r0 = *(u64 *)(r1 +0)\n"
				  "R1 invalid mem access 'inv'\n"
				  "verification time 20 usec\nstack depth 0\nprocessed 1 insns\n";

	(void)state;
	verifier_log_error(-EACCES, "f", log, text, "prog.c");
	assert_error_has("cannot load 'f': R1 invalid mem access 'inv'\n");
	assert_error_has("bpf_probe_read_user() read it\nprog.c:5: return *p + 1;\n; return");
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

/* The reasons as kernels 5.10 to 6.18 write them, and what is said of each. */
static const struct {
	const char *reason, *hint;
} hints[] = {
	{ "R0 invalid mem access 'map_value_or_null'",
	  "a look-up may find nothing: compare its result with NULL before using it" },
	{ "R2 type=scalar expected=fp, pkt, map_value", "perhaps an & is missing" },
	{ "R2 type=inv expected=fp, pkt, map_value", "perhaps an & is missing" },
	{ "invalid size of register spill", "an & too many" },
	{ "R6 invalid mem access 'ringbuf_mem_or_null'", "a look-up may find nothing" },
	{ "R1 invalid mem access 'inv'", "bpf_probe_read_kernel() and bpf_probe_read_user() read it" },
	{ "R1 invalid mem access 'scalar'", "bpf_probe_read_kernel() and bpf_probe_read_user() read it" },
	{ "math between map_value pointer and register with unbounded min value is not allowed",
	  "compared with its bound before it is used, as an unsigned number; the verifier sees what & leaves "
	  "of it, "
	  "but not what % does" },
	{ "R2 unbounded memory access, use 'var &= const' or 'if (var < const)'", "compared with its bound" },
	{ "R1 min value is negative, either use unsigned index or do a if (index >=0) check.", "unsigned" },
	{ "R0 max value is outside of the allowed memory range", "compared with its bound" },
	{ "invalid unbounded variable-offset read from stack R2", "compared with its bound" },
	{ "invalid access to map value, value_size=80 off=80 size=8", "compared with its bound" },
	{ "R1 offset is outside of the packet", "compared with data_end" },
	{ "invalid access to packet, off=0 size=1, R1(id=0,off=0,r=0)", "compared with data_end" },
	{ "Unreleased reference id=2 alloc_insn=5", "submitted or released" },
	{ "BPF_EXIT instruction in main prog would lead to reference leak", "submitted or released" },
	{ "invalid stack off=-520 size=8", "a program has 512 bytes of stack" },
	{ "invalid write to stack R10 off=-520 size=8", "a program has 512 bytes of stack" },
	{ "combined stack size of 2 calls is 544. Too large", "a program has 512 bytes of stack" },
	{ "infinite loop detected at insn 312\ncur state: R0=0 R10=fp0\nold state: R0=0 R10=fp0",
	  "cannot load 'f': infinite loop detected at insn 312\na loop has to have a variable that changes" },
	{ "unknown opcode 8d", "this kernel does not know an instruction" },
	{ "BPF program is too large. Processed 1000001 insn", "loops count as often as they run" },
	{ "unknown func bpf_override_return#58", "programs that are attached like this may not call" },
	{ "program of this type cannot use helper bpf_override_return#58",
	  "programs that are attached like this may not call" },
	{ "program of this type cannot use helper bpf_probe_read#4",
	  "(s390x), only by bpf_probe_read_kernel()" },
	{ "unknown func bpf_probe_read_str#45", "(s390x), only by bpf_probe_read_kernel()" },
	{ "invalid func unknown#181", "bpf_loop takes Linux 5.17\n" },
	{ "invalid func unknown#162", "bpf_sock_from_file takes Linux 5.11\n" },
	{ "invalid func unknown#163", "bpf_check_mtu takes Linux 5.12\n" },
	{ "invalid func unknown#208", "bpf_ktime_get_tai_ns takes Linux 6.1\n" },
	{ "invalid func unknown#156", "bpf_task_storage_get takes Linux 5.11\n" },
	{ "invalid func unknown#165", "bpf_snprintf takes Linux 5.13\n" },
	{ "invalid func unknown#175", "bpf_task_pt_regs takes Linux 5.15\n" },
	{ "invalid func unknown#203", "bpf_dynptr_data takes Linux 5.19\n" },
	{ "cannot call GPL-restricted function from non-GPL compatible program",
	  "#define BPF_LICENSE names" },
	{ "invalid func unknown#100000", "cannot load 'f': invalid func unknown#100000\ninvalid func" },
	{ "R0 !read_ok", "cannot load 'f': R0 !read_ok\nR0 !read_ok\n" },
};

static void reasons_are_explained(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
		char log[200];

		snprintf(log, sizeof log, "%s\nprocessed 5 insns\n", hints[i].reason);
		verifier_log_error(-EACCES, "f", log, text, "prog.c");
		assert_error_has(hints[i].hint);
	}
	verifier_log_error(-E2BIG, "f", "", text, "prog.c");
	assert_error_has("the program has more instructions than the kernel takes");
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
		cmocka_unit_test(reasons_are_explained),
		cmocka_unit_test(an_empty_log_leaves_the_errno),
	};

	return run_selected_tests(tests, argc, argv);
}
