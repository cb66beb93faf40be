/* SPDX-License-Identifier: Apache-2.0 */
/* What changes the whole machine, and so runs only where that was made for the test. */
#include "trace.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

static void require_machine(void)
{
	require_root();
	if (!machine_is_ours())
		skip_because("it would change settings of a machine in use");
}

static void write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void call_getpgid_often(void)
{
	for (int i = 0; i < 20000; i++)
		getpgid(0);
}

static void lost_events_are_counted(void **state)
{
	struct cbcc *b;
	char line[256];
	bool reported = false;

	(void)state;
	require_machine();
	write_file("/sys/kernel/tracing/buffer_size_kb", "4");
	b = new_only_ours("int f(void *ctx) { if (OURS) bpf_trace_printk(\"one of many\"); return 0; }",
			  NULL);
	assert_ok(cbcc_trace_fd(b));
	assert_ok(cbcc_attach_tracepoint(b, "syscalls:sys_enter_getpgid", "f"));
	run_child(call_getpgid_often);
	while (cbcc_trace_readline(b, line, sizeof line, true) >= 0)
		reported |= strstr(line, "LOST") != NULL;
	assert_true(reported);
	assert_in_range(cbcc_trace_lost(b), 10000, 20000);
	cbcc_free(b);
}

static void unmount_all_tracefs(void)
{
	while (umount2("/sys/kernel/debug/tracing", MNT_DETACH) == 0)
		;
	while (umount2("/sys/kernel/debug", MNT_DETACH) == 0)
		;
	while (umount2("/sys/kernel/tracing", MNT_DETACH) == 0)
		;
}

static void tracefs_is_mounted_where_it_is_absent(void **state)
{
	struct cbcc *b;

	(void)state;
	require_machine();
	unmount_all_tracefs();
	assert_int_not_equal(access("/sys/kernel/tracing/trace_pipe", F_OK), 0);
	b = new_only_ours("int f(void *ctx) { if (OURS) bpf_trace_printk(\"mounted\"); return 0; }", NULL);
	assert_ok(cbcc_attach_tracepoint(b, "syscalls:sys_enter_execve", "f"));
	expect_message(b, run_child(exec_true), "mounted");
	cbcc_free(b);
}

static void tracefs_is_found_at_its_old_place(void **state)
{
	struct cbcc *b;

	(void)state;
	require_machine();
	unmount_all_tracefs();
	assert_int_equal(mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL), 0);
	b = new_only_ours("int f(void *ctx) { if (OURS) bpf_trace_printk(\"old place\"); return 0; }", NULL);
	assert_ok(cbcc_attach_tracepoint(b, "syscalls:sys_enter_execve", "f"));
	expect_message(b, run_child(exec_true), "old place");
	assert_int_not_equal(access("/sys/kernel/tracing/trace_pipe", F_OK), 0);
	cbcc_free(b);
}

/* All processes of the machine, as the example does it. */
static void hello_sees_every_process(void **state)
{
	struct cbcc_trace_line line;
	struct cbcc *b;

	(void)state;
	require_machine();
	b = cbcc_new("int hello(void *ctx) { bpf_trace_printk(\"Hello, World!\"); return 0; }", NULL);
	assert_non_null(b);
	assert_ok(cbcc_attach_kprobe(b, cbcc_get_syscall_fnname(b, "execve"), "hello"));
	assert_int_equal(system("/bin/true"), 0);
	assert_int_equal(cbcc_trace_fields(b, &line, false), 1);
	assert_string_equal(line.msg, "Hello, World!");
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lost_events_are_counted),
		cmocka_unit_test(hello_sees_every_process),
		cmocka_unit_test(tracefs_is_mounted_where_it_is_absent),
		cmocka_unit_test(tracefs_is_found_at_its_old_place),
	};

	return run_selected_tests(tests, argc, argv);
}
