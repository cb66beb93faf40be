/* SPDX-License-Identifier: Apache-2.0 */
/* Raw tracepoints, what is attached by BTF, and iterators: include/cbcc/tracing.h. */
#include "resources.h"
#include "run.h"
#include "trace.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* cbcc_new() of a text that knows this process as OUR_PID. NULL with errno. */
static struct cbcc *try_ours(const char *text)
{
	char pid[32], call[32];
	const char *cflags[] = { pid, call };
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = cflags, .ncflags = 2 };

	require_root();
	snprintf(pid, sizeof pid, "-DOUR_PID=%d", getpid());
	snprintf(call, sizeof call, "-DOUR_CALL=%d", SYS_getpgid);
	return cbcc_new(text, &opts);
}

static struct cbcc *new_ours(const char *text)
{
	struct cbcc *b = try_ours(text);

	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
}

/* What cannot be attached on every kernel; frees the handle before it skips. */
static void skip_unless(struct cbcc *b, int err)
{
	if (err == -EOPNOTSUPP || err == -EPERM || err == -ENOENT || err == -EINVAL || err == -E2BIG) {
		cbcc_free(b);
		skip_other_kernel("%s", cbcc_last_error());
	}
	assert_ok(err);
}

#define COUNTER                                                                                              \
	"static int calls; int count(void *ctx) { return calls; }"                                           \
	"int f(struct bpf_raw_tracepoint_args *ctx) {"                                                       \
	"	if (bpf_get_current_pid_tgid() >> 32 == OUR_PID && ctx->args[1] == OUR_CALL) calls++;"             \
	"	return 0; }"

static void a_raw_tracepoint_counts_until_it_is_detached(void **state)
{
	struct cbcc *b = new_ours(COUNTER);

	(void)state;
	assert_ok(cbcc_attach_raw_tracepoint(b, "sys_enter", "f"));
	getpgid(getpid());
	getpgid(getpid());
	assert_int_equal(run_function(b, "count"), 2);
	assert_int_equal(cbcc_attach_raw_tracepoint(b, "sys_enter", "f"), -EEXIST);
	assert_ok(cbcc_detach_raw_tracepoint(b, "sys_enter"));
	getpgid(getpid());
	assert_int_equal(run_function(b, "count"), 2);
	assert_int_equal(cbcc_detach_raw_tracepoint(b, "sys_enter"), -ENOENT);
	cbcc_free(b);
}

static void wrong_raw_tracepoints_are_refused(void **state)
{
	struct cbcc *b = new_ours(COUNTER);

	(void)state;
	assert_int_equal(cbcc_attach_raw_tracepoint(b, "nonesuch", "f"), -ENOENT);
	assert_error_has("no such tracepoint");
	assert_int_equal(cbcc_attach_raw_tracepoint(b, "sched:sched_switch", "f"), -EINVAL);
	assert_error_has("without its category");
	assert_int_equal(cbcc_attach_raw_tracepoint(b, NULL, "f"), -EINVAL);
	assert_int_equal(cbcc_attach_raw_tracepoint(b, "sys_enter", NULL), -EINVAL);
	assert_int_equal(cbcc_attach_raw_tracepoint(b, "sys_enter", "nonesuch"), -ENOENT);
	assert_int_equal(cbcc_detach_raw_tracepoint(b, NULL), -EINVAL);
	cbcc_free(b);
	assert_int_equal(cbcc_attach_raw_tracepoint(NULL, "sys_enter", "f"), -EINVAL);
}

static void a_function_is_seen_at_its_entry_and_return(void **state)
{
	struct cbcc *b = try_ours("static int calls, result;"
				  "int counted(void *ctx) { return calls << 16 | result; }"
				  "KFUNC_PROBE(security_task_getpgid, struct task_struct *task) {"
				  "	if (task->tgid == OUR_PID) calls++; return 0; }"
				  "KRETFUNC_PROBE(security_task_getpgid, struct task_struct *task, int ret) {"
				  "	if (task->tgid == OUR_PID) result = ret + 7; return 0; }");

	(void)state;
	if (!b)
		skip_other_kernel("%s", cbcc_last_error());
	getpgid(getpid());
	assert_int_equal(run_function(b, "counted"), 1 << 16 | 7);
	assert_int_equal(cbcc_attach_kfunc(b, "security_task_getpgid"), -EEXIST);
	assert_ok(cbcc_detach_kfunc(b, "security_task_getpgid"));
	getpgid(getpid());
	assert_int_equal(run_function(b, "counted"), 1 << 16 | 7);
	assert_int_equal(cbcc_detach_kfunc(b, "security_task_getpgid"), -ENOENT);
	assert_ok(cbcc_attach_kfunc(b, "kfunc__security_task_getpgid"));
	assert_ok(cbcc_detach_kretfunc(b, "kretfunc__security_task_getpgid"));
	getpgid(getpid());
	assert_int_equal(run_function(b, "counted"), 2 << 16 | 7);
	assert_ok(cbcc_attach_kretfunc(b, "security_task_getpgid"));
	cbcc_free(b);
}

/* The verifier knows the arguments' types. What else leads into the kernel is a number to it, as everywhere. */
static void what_has_no_type_is_read_by_a_helper(void **state)
{
	struct cbcc *b = try_ours(
		"BPF_HASH(tasks, int, struct task_struct *);"
		"static int parent, kept;"
		"int parent_of(void *ctx) { return parent; }"
		"int kept_one(void *ctx) { return kept; }"
		"KFUNC_PROBE(security_task_getpgid, struct task_struct *task) {"
		"	int key = 0;"
		"	struct task_struct *current = (struct task_struct *)bpf_get_current_task(), **found;"
		"	if (current->tgid != OUR_PID) return 0;"
		"	parent = current->real_parent->tgid;"
		"	tasks.update(&key, &task);"
		"	found = tasks.lookup(&key);"
		"	if (found) kept = (*found)->group_leader->pid;"
		"	return 0; }");

	(void)state;
	if (!b)
		skip_other_kernel("%s", cbcc_last_error());
	getpgid(getpid());
	assert_int_equal(run_function(b, "parent_of"), getppid());
	assert_int_equal(run_function(b, "kept_one"), getpid());
	cbcc_free(b);
}

static void a_functions_result_is_changed_until_it_is_detached(void **state)
{
	struct cbcc *b = new_ours("KMOD_RET(security_task_getpgid, struct task_struct *task, int ret) {"
				  "	return task->tgid == OUR_PID ? -EXDEV : ret; }");

	(void)state;
	assert_int_not_equal(getpgid(getpid()), -1);
	skip_unless(b, cbcc_attach_fmod_ret(b, "security_task_getpgid"));
	assert_int_equal(getpgid(getpid()), -1);
	assert_int_equal(errno, EXDEV);
	assert_ok(cbcc_detach_fmod_ret(b, "kmod_ret__security_task_getpgid"));
	assert_int_not_equal(getpgid(getpid()), -1);
	cbcc_free(b);
}

static void a_security_hook_refuses_until_it_is_detached(void **state)
{
	struct cbcc *b = try_ours("LSM_PROBE(task_getpgid, struct task_struct *p, int ret) {"
				  "	return ret ? ret : p->tgid == OUR_PID ? -EPERM : 0; }");

	(void)state;
	if (!b)
		skip_other_kernel("%s", cbcc_last_error());
	/* Where BPF is no active security module the program is attached and does not run. */
	bool active = getpgid(getpid()) == -1;

	if (machine_is_ours() && strcmp(getenv("CBCC_TEST_VM"), "5.10") != 0)
		assert_true(active);
	assert_int_equal(cbcc_attach_lsm(b, "task_getpgid"), -EEXIST);
	assert_ok(cbcc_detach_lsm(b, "task_getpgid"));
	assert_int_not_equal(getpgid(getpid()), -1);
	assert_ok(cbcc_attach_lsm(b, "lsm__task_getpgid"));
	assert_int_equal(getpgid(getpid()) == -1, active);
	cbcc_free(b);
}

static void what_is_not_named_so_is_no_function_of_that_kind(void **state)
{
	struct cbcc *b = new_ours("int f(void *ctx) { return 0; }");

	(void)state;
	assert_int_equal(cbcc_attach_kfunc(b, "f"), -ENOENT);
	assert_error_has("the program has no function 'kfunc__f' (it has: f)");
	assert_int_equal(cbcc_attach_kretfunc(b, "f"), -ENOENT);
	assert_int_equal(cbcc_attach_fmod_ret(b, "kmod_ret__f"), -ENOENT);
	assert_int_equal(cbcc_attach_lsm(b, NULL), -EINVAL);
	assert_error_has("cbcc_attach_lsm");
	assert_int_equal(cbcc_detach_lsm(b, "f"), -ENOENT);
	assert_int_equal(cbcc_attach_iter(b, "f", NULL), -ENOENT);
	cbcc_free(b);
}

#define TASKS                                                                                                \
	"struct line { u32 tgid, parent; };"                                                                 \
	"BPF_ITER(task) {"                                                                                   \
	"	struct task_struct *task = ctx->task;"                                                             \
	"	struct line line;"                                                                                 \
	"	if (!task || task->tgid != task->pid) return 0;"                                                   \
	"	line.tgid = task->tgid;"                                                                           \
	"	line.parent = task->real_parent->tgid;"                                                            \
	"	bpf_seq_write(ctx->meta->seq, &line, sizeof(line));"                                               \
	"	return 0; }"

struct line {
	uint32_t tgid, parent;
};

/* The lines of a stream, which is read to its end and closed; this process has to be among them, once. */
static size_t count_lines(int fd)
{
	size_t lines = 0, ours = 0;
	struct line line;
	FILE *in;

	assert_ok(fd);
	in = fdopen(fd, "r");
	assert_non_null(in);
	for (; fread(&line, sizeof line, 1, in) == 1; lines++)
		if (line.tgid == (uint32_t)getpid()) {
			assert_int_equal(line.parent, getppid());
			ours++;
		}
	fclose(in);
	assert_int_equal(ours, 1);
	return lines;
}

static void an_iterator_is_a_stream_of_all_there_is(void **state)
{
	struct cbcc *b = new_ours(TASKS);
	int fd = cbcc_attach_iter(b, "task", NULL), second;

	(void)state;
	assert_true(count_lines(fd) > 1);
	second = cbcc_open_iter(b, "bpf_iter__task");
	assert_int_equal(cbcc_attach_iter(b, "task", NULL), -EEXIST);
	assert_ok(cbcc_detach_iter(b, "task"));
	assert_int_equal(cbcc_open_iter(b, "task"), -ENOENT);
	assert_int_equal(cbcc_detach_iter(b, "task"), -ENOENT);
	cbcc_free(b);
	assert_true(count_lines(second) > 1);
}

static void an_iterator_may_be_limited_to_a_process(void **state)
{
	const struct cbcc_iter_opts opts = { .sz = sizeof opts, .pid = getpid() };
	const struct cbcc_iter_opts both = { .sz = sizeof both, .pid = getpid(), .map = "m" };
	struct cbcc *b = new_ours(TASKS);
	int fd;

	(void)state;
	assert_int_equal(cbcc_attach_iter(b, "task", &both), -EINVAL);
	fd = cbcc_attach_iter(b, "task", &opts);
	skip_unless(b, fd);
	assert_int_equal(count_lines(fd), 1);
	cbcc_free(b);
}

static void an_iterator_of_a_map_has_its_elements(void **state)
{
	const struct cbcc_iter_opts opts = { .sz = sizeof opts, .map = "squares" };
	const struct cbcc_iter_opts wrong = { .sz = sizeof wrong, .map = "nonesuch" };
	struct cbcc *b =
		new_ours("BPF_HASH(squares, u64, u64, 100);"
			 "SEC(\"iter/bpf_map_elem\") int elements(struct bpf_iter__bpf_map_elem *ctx) {"
			 "	u64 *key = ctx->key, *value = ctx->value, both[2];"
			 "	if (!key || !value) return 0;"
			 "	both[0] = *key; both[1] = *value;"
			 "	bpf_seq_write(ctx->meta->seq, both, sizeof(both));"
			 "	return 0; }");
	struct cbcc_table *t = cbcc_get_table(b, "squares");
	uint64_t sum = 0, both[2];
	FILE *in;
	int fd;

	(void)state;
	for (uint64_t i = 1; i <= 50; i++) {
		uint64_t square = i * i;

		assert_ok(cbcc_table_update(t, &i, &square, 0));
	}
	assert_int_equal(cbcc_attach_iter(b, "elements", &wrong), -ENOENT);
	fd = cbcc_attach_iter(b, "elements", &opts);
	assert_ok(fd);
	in = fdopen(fd, "r");
	while (fread(both, sizeof both, 1, in) == 1) {
		assert_int_equal(both[0] * both[0], both[1]);
		sum += both[0];
	}
	fclose(in);
	assert_int_equal(sum, 50 * 51 / 2);
	cbcc_free(b);
}

static void what_the_kernel_has_no_iterator_of_is_an_error(void **state)
{
	struct cbcc *b = new_ours("SEC(\"?iter/nonesuch\") int f(void *ctx) { return 0; }");

	(void)state;
	assert_int_equal(cbcc_attach_iter(b, "f", NULL), -ENOENT);
	assert_error_has("this kernel has no iterator of 'nonesuch'");
	assert_int_equal(cbcc_open_iter(b, "f"), -ENOENT);
	assert_int_equal(cbcc_attach_iter(b, NULL, NULL), -EINVAL);
	cbcc_free(b);
}

static void attach_and_free(void)
{
	struct cbcc *b = new_ours(COUNTER TASKS);

	assert_ok(cbcc_attach_raw_tracepoint(b, "sys_enter", "f"));
	assert_true(count_lines(cbcc_attach_iter(b, "task", NULL)) > 1);
	cbcc_free(b);
}

static void freeing_the_handle_detaches_all(void **state)
{
	(void)state;
	assert_leaves_nothing(attach_and_free);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_raw_tracepoint_counts_until_it_is_detached),
		cmocka_unit_test(wrong_raw_tracepoints_are_refused),
		cmocka_unit_test(a_function_is_seen_at_its_entry_and_return),
		cmocka_unit_test(what_has_no_type_is_read_by_a_helper),
		cmocka_unit_test(a_functions_result_is_changed_until_it_is_detached),
		cmocka_unit_test(a_security_hook_refuses_until_it_is_detached),
		cmocka_unit_test(what_is_not_named_so_is_no_function_of_that_kind),
		cmocka_unit_test(an_iterator_is_a_stream_of_all_there_is),
		cmocka_unit_test(an_iterator_may_be_limited_to_a_process),
		cmocka_unit_test(an_iterator_of_a_map_has_its_elements),
		cmocka_unit_test(what_the_kernel_has_no_iterator_of_is_an_error),
		cmocka_unit_test(freeing_the_handle_detaches_all),
	};

	return run_selected_tests(tests, argc, argv);
}
