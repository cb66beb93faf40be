/* SPDX-License-Identifier: Apache-2.0 */
/* Stacks of this process, taken by a program that runs in a system call of its, as lines. */
#include "run.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "handle.h"
#include "loader/program.h"

#define FRAME __attribute__((noinline, noclone))

static const char text[] = "BPF_STACK_TRACE(stacks, 128);\n"
			   "BPF_STACK_TRACE_BUILDID(places, 128);\n"
			   "BPF_ARRAY(ids, int, 3);\n"
			   "static void store(int i, int id) { ids.update(&i, &id); }\n"
			   "int take(struct bpf_raw_tracepoint_args *ctx) {\n"
			   "	store(0, stacks.get_stackid(ctx, BPF_F_USER_STACK));\n"
			   "	store(1, stacks.get_stackid(ctx, 0));\n"
			   "	store(2, places.get_stackid(ctx, BPF_F_USER_STACK));\n"
			   "	return 0;\n"
			   "}\n";

/* With a frame pointer each; what follows a call keeps it from being the caller's end. */
static FRAME int stack_leaf(union bpf_attr *attr)
{
	int result = (int)syscall(SYS_bpf, BPF_PROG_TEST_RUN, attr, sizeof *attr);

	__asm__ volatile("" : "+r"(result));
	return result;
}

static FRAME int stack_inner(union bpf_attr *attr)
{
	int result = stack_leaf(attr);

	__asm__ volatile("" : "+r"(result));
	return result;
}

static FRAME int stack_outer(union bpf_attr *attr)
{
	int result = stack_inner(attr);

	__asm__ volatile("" : "+r"(result));
	return result;
}

static struct cbcc *take_stacks(void)
{
	struct cbcc *b = compiled(text);
	const struct compiled_function *function = handle_function(b, "take");
	struct program *program;
	union bpf_attr attr;

	assert_ok(program_get(b, function, BPF_PROG_TYPE_RAW_TRACEPOINT, &program));
	memset(&attr, 0, sizeof attr);
	attr.test.prog_fd = (uint32_t)bpf_program__fd(program->bpf);
	assert_int_equal(stack_outer(&attr), 0);
	return b;
}

static int id(struct cbcc *b, int index)
{
	int value;

	assert_ok(cbcc_table_lookup(cbcc_get_table(b, "ids"), &index, &value));
	return value;
}

static const char *fold(struct cbcc *b, const char *table, int user, int kernel, unsigned int flags)
{
	static char line[16384];
	const struct cbcc_fold_opts opts = {
		.sz = sizeof opts,
		.comm = "te;st",
		.pid = getpid(),
		.user_stack_id = user,
		.kernel_stack_id = kernel,
		.flags = flags,
	};
	int length = cbcc_stack_fold(cbcc_get_table(b, table), &opts, line, sizeof line);

	assert_ok(length);
	assert_int_equal(strlen(line), length);
	return line;
}

static void expect_has(const char *line, const char *part)
{
	if (!strstr(line, part))
		fail_msg("\"%s\" is not in \"%s\"", part, line);
}

static void a_stack_is_a_line_outermost_first(void **state)
{
	struct cbcc *b = take_stacks();
	const char *line = fold(b, "stacks", id(b, 0), -EFAULT, 0);

	(void)state;
	assert_true(id(b, 0) >= 0);
	assert_int_equal(strncmp(line, "te:st;", 6), 0);
	expect_has(line, ";take_stacks;stack_outer;stack_inner;");
	assert_string_equal(strrchr(line, ';'), ";syscall");
	cbcc_free(b);
}

static void the_kernels_part_follows_marked_and_divided_if_asked_for(void **state)
{
	struct cbcc *b = take_stacks();
	const char *line;

	(void)state;
	assert_true(id(b, 1) >= 0);
	line = fold(b, "stacks", id(b, 0), id(b, 1), CBCC_FOLD_KERNEL_MARK | CBCC_FOLD_DELIMITER);
	expect_has(line, ";stack_inner;syscall;-;");
	expect_has(line, "_sys_bpf_[k];");
	assert_null(strstr(line, "stack_inner_[k]"));
	line = fold(b, "stacks", id(b, 0), id(b, 1), 0);
	assert_null(strstr(line, ";-;"));
	assert_null(strstr(line, "_[k]"));
	line = fold(b, "stacks", id(b, 0), id(b, 1), CBCC_FOLD_KERNEL_ONLY | CBCC_FOLD_DELIMITER);
	assert_null(strstr(line, "stack_inner"));
	assert_null(strstr(line, ";-;"));
	expect_has(line, "__sys_bpf;");
	line = fold(b, "stacks", id(b, 0), id(b, 1), CBCC_FOLD_USER_ONLY | CBCC_SYM_OFFSET);
	assert_null(strstr(line, "sys_bpf"));
	expect_has(line, ";stack_outer+0x");
	cbcc_free(b);
}

static void a_stack_with_build_ids_has_the_same_names(void **state)
{
	struct cbcc *b = take_stacks();

	(void)state;
	assert_true(id(b, 2) >= 0);
	expect_has(fold(b, "places", id(b, 2), -EFAULT, 0), ";take_stacks;stack_outer;stack_inner;syscall");
	cbcc_free(b);
}

static void the_entries_of_such_a_stack_have_names_by_themselves(void **state)
{
	struct cbcc *b = take_stacks();
	struct cbcc_build_id entries[CBCC_STACK_DEPTH];
	ssize_t count =
		cbcc_table_stack_build_ids(cbcc_get_table(b, "places"), id(b, 2), entries, CBCC_STACK_DEPTH);
	char name[256];

	(void)state;
	assert_true(count >= 4);
	assert_int_equal(entries[1].status, 1);
	assert_ok(cbcc_sym_build_id(b, &entries[1], -1, 0, name, sizeof name));
	assert_string_equal(name, "[unknown]");
	assert_ok(cbcc_add_module(b, "/proc/self/exe"));
	assert_ok(cbcc_sym_build_id(b, &entries[1], -1, 0, name, sizeof name));
	assert_string_equal(name, "stack_inner");
	assert_ok(cbcc_sym_build_id(b, &entries[2], -1, CBCC_SYM_MODULE, name, sizeof name));
	assert_string_equal(name, "stack_outer [exe]");
	cbcc_free(b);
}

static void missed_stacks_are_named_and_counted(void **state)
{
	struct cbcc *b = take_stacks();
	struct cbcc_table *stacks = cbcc_get_table(b, "stacks");
	int user = id(b, 0);

	(void)state;
	assert_int_equal(cbcc_missed_stacks(stacks), 0);
	assert_string_equal(fold(b, "stacks", -EFAULT, -EFAULT, 0), "te:st");
	assert_int_equal(cbcc_missed_stacks(stacks), 0);
	assert_string_equal(fold(b, "stacks", -EEXIST, -EFAULT, 0), "te:st;[Missed User Stack]");
	assert_string_equal(fold(b, "stacks", -EFAULT, -ENOMEM, 0), "te:st;[Missed Kernel Stack]");
	assert_string_equal(fold(b, "stacks", -EEXIST, -EEXIST, CBCC_FOLD_DELIMITER),
			    "te:st;[Missed User Stack];[Missed Kernel Stack]");
	assert_int_equal(cbcc_missed_stacks(stacks), 4);
	assert_ok(cbcc_table_delete(stacks, &user));
	assert_string_equal(fold(b, "stacks", user, -EFAULT, 0), "te:st;[Missed User Stack]");
	assert_int_equal(cbcc_missed_stacks(stacks), 5);
	cbcc_free(b);
}

static void a_line_may_be_longer_than_its_buffer(void **state)
{
	struct cbcc *b = compiled(text);
	struct cbcc_fold_opts opts = {
		.sz = sizeof opts, .comm = "name", .user_stack_id = -EEXIST, .kernel_stack_id = -EFAULT
	};
	struct cbcc_table *t = cbcc_get_table(b, "stacks");
	char line[8] = "???????";

	(void)state;
	assert_int_equal(cbcc_stack_fold(t, &opts, NULL, 0), 24);
	assert_int_equal(cbcc_stack_fold(t, &opts, line, 6), 24);
	assert_string_equal(line, "name;");
	assert_int_equal(line[6], '?');
	assert_int_equal(cbcc_stack_fold(t, NULL, line, sizeof line), -EINVAL);
	assert_int_equal(cbcc_stack_fold(t, &opts, NULL, 6), -EINVAL);
	assert_int_equal(cbcc_stack_fold(NULL, &opts, line, sizeof line), -EINVAL);
	assert_int_equal(cbcc_stack_fold(cbcc_get_table(b, "ids"), &opts, line, sizeof line), -EOPNOTSUPP);
	opts.flags = 8;
	assert_int_equal(cbcc_stack_fold(t, &opts, line, sizeof line), -EINVAL);
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stack_is_a_line_outermost_first),
		cmocka_unit_test(the_kernels_part_follows_marked_and_divided_if_asked_for),
		cmocka_unit_test(a_stack_with_build_ids_has_the_same_names),
		cmocka_unit_test(the_entries_of_such_a_stack_have_names_by_themselves),
		cmocka_unit_test(missed_stacks_are_named_and_counted),
		cmocka_unit_test(a_line_may_be_longer_than_its_buffer),
	};

	return run_selected_tests(tests, argc, argv);
}
