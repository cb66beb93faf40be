/* SPDX-License-Identifier: Apache-2.0 */
/* Probes on all functions that a pattern matches: all at once where the kernel can, and one by one. */
#include "resources.h"
#include "run.h"
#include "trace.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENABLED "/sys/kernel/tracing/enabled_functions"

/* Counts what this process calls, and the result of the last call; "g" is another program. */
static struct cbcc *new_counter(void)
{
	char pid[32];
	const char *cflags[] = { pid };
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = cflags, .ncflags = 1 };
	struct cbcc *b;

	require_root();
	require_kprobes();
	snprintf(pid, sizeof pid, "-DOUR_PID=%d", getpid());
	b = cbcc_new("static int calls, result;"
		     "int count(void *ctx) { return calls; } int last(void *ctx) { return result; }"
		     "int f(struct pt_regs *ctx) {"
		     "	if (bpf_get_current_pid_tgid() >> 32 != OUR_PID) return 0;"
		     "	calls++; result = PT_REGS_RC(ctx);"
		     "	return 0; }"
		     "int nothing(void *ctx) { return 0; }",
		     &opts);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
}

static int attach_pattern(struct cbcc *b, const char *event_re, const char *fn_name)
{
	const struct cbcc_kprobe_opts opts = { .sz = sizeof opts, .event_re = event_re };

	return cbcc_attach_kprobe_opts(b, NULL, fn_name, &opts);
}

static void call_three(void)
{
	getpgid(getpid());
	getpriority(PRIO_PROCESS, 0);
	getsid(0);
}

static void all_functions_are_seen_and_leave_one_by_one(void **state)
{
	struct cbcc *b = new_counter();

	(void)state;
	assert_int_equal(attach_pattern(b, "__x64_sys_get(pgid|priority|sid)", "f"), 3);
	assert_int_equal(cbcc_num_open_kprobes(b), 3);
	call_three();
	assert_int_equal(run_function(b, "count"), 3);
	assert_int_equal(attach_pattern(b, "__x64_sys_get(pgid|priority|sid)", "f"), -EEXIST);
	assert_ok(cbcc_detach_kprobe(b, "__x64_sys_getpriority", "f"));
	assert_int_equal(cbcc_num_open_kprobes(b), 2);
	call_three();
	assert_int_equal(run_function(b, "count"), 5);
	assert_int_equal(cbcc_detach_kprobe(b, "__x64_sys_getpriority", "f"), -ENOENT);
	assert_int_equal(attach_pattern(b, "__x64_sys_getp(gid|riority)", "f"), 1);
	call_three();
	assert_int_equal(run_function(b, "count"), 8);
	assert_ok(cbcc_detach_kprobe(b, NULL, "f"));
	assert_int_equal(cbcc_num_open_kprobes(b), 0);
	call_three();
	assert_int_equal(run_function(b, "count"), 8);
	assert_int_equal(cbcc_detach_kprobe(b, NULL, "f"), -ENOENT);
	assert_int_equal(cbcc_detach_kprobe(b, NULL, NULL), -EINVAL);
	cbcc_free(b);
}

static void all_results_are_seen(void **state)
{
	const struct cbcc_kprobe_opts opts = { .sz = sizeof opts, .event_re = "__x64_sys_get(pgid|sid)" };
	struct cbcc *b = new_counter();

	(void)state;
	assert_int_equal(cbcc_attach_kretprobe_opts(b, NULL, "f", &opts), 2);
	getpgid(getpid());
	assert_int_equal(run_function(b, "last"), getpgid(0));
	getsid(0x3ffffff);
	assert_int_equal((int)run_function(b, "last"), -ESRCH);
	assert_ok(cbcc_detach_kretprobe(b, "__x64_sys_getsid", NULL));
	getpgid(getpid());
	getsid(0x3ffffff);
	assert_int_equal(run_function(b, "last"), getpgid(0));
	cbcc_free(b);
}

static void a_thousand_functions_are_attached_and_detached(void **state)
{
	/* One by one, and emulated, a thousand take minutes. */
	bool multi = cbcc_support_kprobe_multi() == 1;
	const char *pattern = multi ? "(tcp|udp|inet|ip6|netdev|sock|skb|net|dev)_.*" : "tcp_[a-c].*";
	struct rlimit limit = { 16384, 16384 };
	struct cbcc *b = new_counter();
	struct resources before;
	int count;

	(void)state;
	setrlimit(RLIMIT_NOFILE, &limit);
	count = attach_pattern(b, pattern, "nothing");
	assert_true(count > (multi ? 1000 : 20));
	assert_int_equal(cbcc_num_open_kprobes(b), count);
	assert_ok(cbcc_detach_kprobe(b, NULL, "nothing"));
	before = resources_now();
	assert_int_equal(attach_pattern(b, pattern, "nothing"), count);
	assert_ok(cbcc_detach_kprobe(b, NULL, "nothing"));
	assert_nothing_left(&before);
	assert_int_equal(attach_pattern(b, pattern, "nothing"), count);
	cbcc_free(b);
	assert_false(file_has(ENABLED, "tcp_"));
}

static void one_of_several_functions_may_be_another_programs(void **state)
{
	struct cbcc *b = new_counter();

	(void)state;
	assert_ok(cbcc_attach_kprobe(b, "__x64_sys_getsid", "nothing"));
	assert_int_equal(attach_pattern(b, "__x64_sys_get(pgid|priority|sid)", "f"), 3);
	assert_ok(cbcc_detach_kprobe(b, "__x64_sys_getsid", NULL));
	assert_int_equal(cbcc_num_open_kprobes(b), 2);
	call_three();
	assert_int_equal(run_function(b, "count"), 2);
	cbcc_free(b);
}

static void nothing_is_left_of_a_process_that_is_killed(void **state)
{
	int told[2], status;
	char c;
	pid_t pid;

	(void)state;
	require_root();
	require_kprobes();
	assert_int_equal(pipe(told), 0);
	pid = fork();
	if (pid == 0) {
		struct cbcc *b = cbcc_new("int f(void *ctx) { return 0; }", NULL);

		if (!b || attach_pattern(b, "__x64_sys_getp(gid|riority)", "f") != 2 ||
		    cbcc_attach_kprobe(b, "__x64_sys_getsid", "f") != 0)
			_exit(1);
		if (write(told[1], "x", 1) == 1)
			pause();
		_exit(2);
	}
	close(told[1]);
	assert_int_equal(read(told[0], &c, 1), 1);
	close(told[0]);
	assert_true(file_has(ENABLED, "__x64_sys_getpgid"));
	assert_true(file_has(ENABLED, "__x64_sys_getsid"));
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	for (int i = 0; i < 300 && file_has(ENABLED, "__x64_sys_get"); i++)
		usleep(100000);
	assert_false(file_has(ENABLED, "__x64_sys_get"));
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_functions_are_seen_and_leave_one_by_one),
		cmocka_unit_test(all_results_are_seen),
		cmocka_unit_test(a_thousand_functions_are_attached_and_detached),
		cmocka_unit_test(one_of_several_functions_may_be_another_programs),
		cmocka_unit_test(nothing_is_left_of_a_process_that_is_killed),
	};

	return run_selected_tests(tests, argc, argv);
}
