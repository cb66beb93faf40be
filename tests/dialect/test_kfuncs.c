/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of the kernel that programs may call (kfuncs), by names that the text does not declare. */
#include "run.h"

#include <bpf/btf.h>
#include <linux/if_ether.h>

#define PACKET_SIZE 64

/* The test is skipped if this kernel lacks the function. */
static void need(const char *function)
{
	struct btf *btf = btf__load_vmlinux_btf();
	bool found = btf && btf__find_by_name_kind(btf, function, BTF_KIND_FUNC) > 0;

	btf__free(btf);
	if (!found)
		skip_other_kernel("this kernel has no %s", function);
}

static uint32_t run_as_classifier(const char *text)
{
	const unsigned char packet[PACKET_SIZE] = { [0] = 0xcb, [12] = 0x08 };

	return run_on_packet(text, packet, sizeof packet);
}

static void objects_are_acquired_and_released(void **state)
{
	(void)state;
	need("bpf_task_from_pid");
	assert_int_equal(run_as_classifier("int f(struct __sk_buff *skb) {\n"
					   "	int pid = bpf_get_current_pid_tgid(), same;\n"
					   "	struct task_struct *task = bpf_task_from_pid(pid);\n"
					   "	if (!task)\n"
					   "		return 42;\n"
					   "	same = task->pid == pid;\n"
					   "	bpf_task_release(task);\n"
					   "	return same;\n"
					   "}"),
			 1);
}

/* The loader compares prototypes, in which a struct must be one even if the program has not looked into it. */
static void a_type_need_not_be_looked_into(void **state)
{
	(void)state;
	need("bpf_task_from_pid");
	assert_int_equal(run_as_classifier("int f(struct __sk_buff *skb) {\n"
					   "	void *task = bpf_task_from_pid(bpf_get_current_pid_tgid());\n"
					   "	if (!task)\n"
					   "		return 42;\n"
					   "	bpf_task_release(task);\n"
					   "	return 7;\n"
					   "}"),
			 7);
}

static void a_texts_own_declaration_wins(void **state)
{
	(void)state;
	assert_int_equal(run("static int bpf_task_from_pid(int n) { return n + 1; }\n"
			     "int f(void *ctx) { return bpf_task_from_pid(6); }"),
			 7);
	assert_int_equal(run("#define bpf_task_release(n) (n)\n"
			     "int f(void *ctx) { return bpf_task_release(7); }"),
			 7);
	need("bpf_task_from_pid");
	assert_int_equal(
		run_as_classifier("#include <bpf/bpf_helpers.h>\n"
				  "extern struct task_struct *bpf_task_from_pid(int number) __ksym;\n"
				  "extern void bpf_task_release(struct task_struct *task) __ksym;\n"
				  "int f(struct __sk_buff *skb) {\n"
				  "	void *task = bpf_task_from_pid(1);\n"
				  "	if (task)\n"
				  "		bpf_task_release(task);\n"
				  "	return 7;\n"
				  "}"),
		7);
}

/* In a program whose reads of the kernel's memory become probe reads. */
static void tracing_programs_iterate(void **state)
{
	(void)state;
	need("bpf_iter_num_new");
	assert_int_equal(run("int f(void *ctx) {\n"
			     "	struct bpf_iter_num numbers;\n"
			     "	int *number, sum = 0;\n"
			     "	bpf_iter_num_new(&numbers, 3, 6);\n"
			     "	while ((number = bpf_iter_num_next(&numbers)))\n"
			     "		sum += *number;\n"
			     "	bpf_iter_num_destroy(&numbers);\n"
			     "	return sum;\n"
			     "}"),
			 3 + 4 + 5);
}

static void packets_are_written_through_slices(void **state)
{
	(void)state;
	need("bpf_dynptr_slice_rdwr");
	assert_int_equal(run_as_classifier("int f(struct __sk_buff *skb) {\n"
					   "	struct bpf_dynptr packet;\n"
					   "	u8 *start, room[8];\n"
					   "	bpf_dynptr_from_skb(skb, 0, &packet);\n"
					   "	start = bpf_dynptr_slice_rdwr(&packet, 0, room, 8);\n"
					   "	if (!start)\n"
					   "		return 42;\n"
					   "	start[1] = start[0];\n"
					   "	return start[1];\n"
					   "}"),
			 0xcb);
}

static void a_wrong_call_is_an_error(void **state)
{
	(void)state;
	need("bpf_task_from_pid");
	assert_null(cbcc_new("int f(void *ctx) {\n	return !bpf_task_from_pid();\n}", NULL));
	assert_error_has("<text>:2:28: error: too few arguments to function call");
}

static void other_functions_of_the_kernel_are_not_known(void **state)
{
	(void)state;
	assert_null(cbcc_new("int f(void *ctx) { return vfs_read(0, 0, 0, 0); }", NULL));
	assert_error_has("error: call to undeclared function 'vfs_read'");
	assert_error_has("function that programs may call");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_are_acquired_and_released),
		cmocka_unit_test(a_type_need_not_be_looked_into),
		cmocka_unit_test(a_texts_own_declaration_wins),
		cmocka_unit_test(tracing_programs_iterate),
		cmocka_unit_test(packets_are_written_through_slices),
		cmocka_unit_test(a_wrong_call_is_an_error),
		cmocka_unit_test(other_functions_of_the_kernel_are_not_known),
	};

	return run_selected_tests(tests, argc, argv);
}
