/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds that the text tests, and the verifier has to see: each program loads, and gives the right element. */
#include "run.h"

static uint32_t run_with_index(uint64_t index, const char *body)
{
	const uint64_t args[RUN_ARGS_MAX] = { index };
	char text[1024];

	snprintf(text, sizeof text,
		 "struct numbers { u64 n[69]; };\n"
		 "BPF_ARRAY(numbers, struct numbers, 1);\n"
		 "int f(struct bpf_raw_tracepoint_args *ctx) {\n"
		 "  int zero = 0;\n"
		 "  struct numbers *numbers_p = numbers.lookup(&zero);\n"
		 "  if (!numbers_p) return -1;\n"
		 "%s\n}",
		 body);
	return run_with_args(text, "f", args);
}

static void an_index_that_is_the_low_half_of_a_number(void **state)
{
	static const char body[] = "u32 i = ctx->args[0];\n"
				   "if (i >= 69) return 1000;\n"
				   "numbers_p->n[68] = 7;\n"
				   "numbers_p->n[i]++;\n"
				   "return numbers_p->n[i];";

	(void)state;
	assert_int_equal(run_with_index(68, body), 8);
	assert_int_equal(run_with_index(0x100000044, body), 8);
	assert_int_equal(run_with_index(3, body), 1);
	assert_int_equal(run_with_index(69, body), 1000);
	assert_int_equal(run_with_index(0xffffffff, body), 1000);
}

/* The tests on both sides of a call, as kvmexit has them. */
static void an_index_that_is_tested_again_after_a_call(void **state)
{
	static const char body[] = "u32 i = ctx->args[0];\n"
				   "if (i >= 69) return 1000;\n"
				   "u64 id = bpf_get_current_pid_tgid();\n"
				   "if (id == 0) return 1001;\n"
				   "if (i < 69) { numbers_p->n[i] += 5; return numbers_p->n[i]; }\n"
				   "return 1002;";

	(void)state;
	assert_int_equal(run_with_index(12, body), 5);
	assert_int_equal(run_with_index(70, body), 1000);
}

/* As BCC has them: what the text tests is what the helper gets, without a cut in between, of which the verifier would know
 * no bound. Whether the verifier follows such a test depends on the kernel. */
static void sizes_that_are_tested_are_not_cut(void **state)
{
	(void)state;
	assert_int_equal(run("int f(void *ctx) {\n"
			     "	return __builtin_types_compatible_p(__typeof__(bpf_probe_read),\n"
			     "		long(void *, u64, const void *)) +\n"
			     "		2 * __builtin_types_compatible_p(__typeof__(bpf_probe_read_str),\n"
			     "			long(void *, u64, const void *));\n"
			     "}"),
			 3);
}

/* Whose address and the index have no bit in common. */
static void a_small_index_into_a_struct_on_the_stack(void **state)
{
	const uint8_t own[16] = { [8] = 11, 22, 33, 44, 55, 66, 77, 88 };

	(void)state;
	for (uint64_t i = 0; i < 8; i++) {
		const uint64_t args[RUN_ARGS_MAX] = { i, (uintptr_t)own };

		assert_int_equal(
			run_with_args("struct event { u64 time; u8 bytes[8]; };\n"
				      "int f(struct bpf_raw_tracepoint_args *ctx) {\n"
				      "	struct event e = {};\n"
				      "	bpf_probe_read_user(&e, sizeof e, (void *)ctx->args[1]);\n"
				      "	e.bytes[ctx->args[0] & 7] += 1;\n"
				      "	return e.bytes[ctx->args[0] & 7] << 8 | e.bytes[ctx->args[0] & "
				      "3];\n}",
				      "f", args),
			(own[8 + i] + 1) << 8 | (own[8 + (i & 3)] + (i < 4)));
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_index_that_is_the_low_half_of_a_number),
		cmocka_unit_test(an_index_that_is_tested_again_after_a_call),
		cmocka_unit_test(sizes_that_are_tested_are_not_cut),
		cmocka_unit_test(a_small_index_into_a_struct_on_the_stack),
	};

	return run_selected_tests(tests, argc, argv);
}
