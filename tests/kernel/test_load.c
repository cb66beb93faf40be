/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel's verifier and its permissions make of a program. */
#include "trace.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const char tracepoint[] = "syscalls:sys_enter_getpgid";

static void a_rejection_has_reason_source_line_and_log(void **state)
{
	struct cbcc *b;

	(void)state;
	require_root();
	b = cbcc_new("int f(unsigned long long *ctx) {\n"
		     "	long *wild = (long *)bpf_get_current_pid_tgid();\n"
		     "	return *wild; /* no pointer */\n"
		     "}\n",
		     NULL);
	assert_non_null(b);
	assert_int_equal(cbcc_attach_tracepoint(b, tracepoint, "f"), -EACCES);
	assert_error_has("cannot load 'f': R0 invalid mem access");
	assert_error_has("<text>:3: return *wild; /* no pointer */\n");
	assert_error_has("processed ");
	cbcc_free(b);
}

static void a_rejected_program_leaves_the_others_usable(void **state)
{
	struct cbcc *b;

	(void)state;
	require_root();
	b = new_only_ours("int bad(unsigned long long *ctx) { return *(int *)8; }"
			  "int good(void *ctx) { if (OURS) bpf_trace_printk(\"good\"); return 0; }",
			  NULL);
	assert_true(cbcc_attach_tracepoint(b, "syscalls:sys_enter_execve", "bad") < 0);
	assert_ok(cbcc_attach_tracepoint(b, "syscalls:sys_enter_execve", "good"));
	expect_message(b, run_child(exec_true), "good");
	cbcc_free(b);
}

static void a_license_that_forbids_helpers_is_refused(void **state)
{
	struct cbcc *b;

	(void)state;
	require_root();
	b = cbcc_new("#define BPF_LICENSE Proprietary\n"
		     "int f(void *ctx) { bpf_trace_printk(\"x\"); return 0; }",
		     NULL);
	assert_non_null(b);
	assert_int_equal(cbcc_attach_tracepoint(b, tracepoint, "f"), -EINVAL);
	assert_error_has("GPL");
	cbcc_free(b);
	b = cbcc_new("#define BPF_LICENSE Dual BSD/GPL\n"
		     "int f(void *ctx) { bpf_trace_printk(\"x\"); return 0; }",
		     NULL);
	assert_non_null(b);
	assert_ok(cbcc_attach_tracepoint(b, tracepoint, "f"));
	cbcc_free(b);
}

static void keep_all(void *ctx, enum cbcc_log_level level, const char *message)
{
	fprintf(ctx, "[%d]%s\n", level, message);
}

static void the_verifiers_log_of_a_good_program_on_demand(void **state)
{
	char *log;
	size_t size;
	FILE *out = open_memstream(&log, &size);
	struct cbcc_opts opts = {
		.sz = sizeof opts, .log = keep_all, .log_ctx = out, .debug = CBCC_DEBUG_BPF_REGISTER_STATE
	};
	struct cbcc *b;

	(void)state;
	require_root();
	b = cbcc_new("int f(void *ctx) { return 42; }", &opts);
	assert_non_null(b);
	assert_ok(cbcc_attach_tracepoint(b, tracepoint, "f"));
	cbcc_free(b);
	fclose(out);
	assert_non_null(strstr(log, "[2]f: "));
	assert_non_null(strstr(log, "= 42"));
	free(log);
}

/* Runs in a child that has no privileges; its exit status is the test's verdict. */
static void without_privileges(void (*check)(void))
{
	pid_t pid;
	int status;

	/* Loads the compiler, which the child may not be allowed to: the tree can be in root's home. */
	cbcc_free(cbcc_new("", NULL));
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (setgid(65534) != 0 || setuid(65534) != 0)
			_exit(100);
		check();
		fprintf(stderr, "the error is: %s\n", cbcc_last_error());
		_exit(101);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void check_attach_is_refused(void)
{
	struct cbcc *b = cbcc_new("int f(void *ctx) { return 0; }", NULL);
	int kprobe, tp;

	if (!b)
		return;
	tp = cbcc_attach_tracepoint(b, tracepoint, "f");
	if ((tp != -EPERM && tp != -EACCES) || !strstr(cbcc_last_error(), "root"))
		return;
	kprobe = cbcc_attach_kprobe(b, SYS "getpgid", "f");
	if ((kprobe != -EPERM && kprobe != -EACCES) || !strstr(cbcc_last_error(), "root"))
		return;
	cbcc_free(b);
	_exit(0);
}

static void check_maps_are_refused(void)
{
	struct cbcc *b = cbcc_new("BPF_STACK_TRACE(s, 8); int f(void *ctx) { return s.get_stackid(ctx, 0); }", NULL);

	if (b && !cbcc_get_table(b, "s") && errno == EPERM && strstr(cbcc_last_error(), "run it as root"))
		_exit(0);
}

static void check_trace_pipe_is_refused(void)
{
	char buf[64];
	struct cbcc *b = cbcc_new("", NULL);
	int fd = cbcc_trace_fd(b);

	if ((fd == -EACCES || fd == -EPERM) && cbcc_trace_readline(b, buf, sizeof buf, true) == fd &&
	    cbcc_trace_print(b, NULL) == fd && strstr(cbcc_last_error(), "root"))
		_exit(0);
}

static void without_privileges_nothing_is_attached_and_it_says_why(void **state)
{
	(void)state;
	require_root();
	without_privileges(check_attach_is_refused);
}

static void without_privileges_no_map_is_made_and_it_says_why(void **state)
{
	(void)state;
	require_root();
	without_privileges(check_maps_are_refused);
}

static void an_unreadable_tracefs_says_why(void **state)
{
	(void)state;
	require_root();
	without_privileges(check_trace_pipe_is_refused);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rejection_has_reason_source_line_and_log),
		cmocka_unit_test(a_rejected_program_leaves_the_others_usable),
		cmocka_unit_test(a_license_that_forbids_helpers_is_refused),
		cmocka_unit_test(the_verifiers_log_of_a_good_program_on_demand),
		cmocka_unit_test(without_privileges_nothing_is_attached_and_it_says_why),
		cmocka_unit_test(without_privileges_no_map_is_made_and_it_says_why),
		cmocka_unit_test(an_unreadable_tracefs_says_why),
	};

	return run_selected_tests(tests, argc, argv);
}
