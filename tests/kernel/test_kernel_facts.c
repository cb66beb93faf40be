/* SPDX-License-Identifier: Apache-2.0 */
/* What the running kernel has: include/cbcc/kernel.h. */
#include "run.h"
#include "trace.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool has(const struct cbcc_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->names[i], name) == 0)
			return true;
	return false;
}

static void functions_are_listed_by_a_pattern(void **state)
{
	struct cbcc_names *names;

	(void)state;
	require_root();
	require_kprobes();
	names = cbcc_get_kprobe_functions("__x64_sys_getp(gid|riority)");
	assert_non_null(names);
	assert_int_equal(names->count, 2);
	assert_string_equal(names->names[0], "__x64_sys_getpgid");
	assert_string_equal(names->names[1], "__x64_sys_getpriority");
	cbcc_names_free(names);
	names = cbcc_get_kprobe_functions("there_is_no_function_of_this_name");
	assert_non_null(names);
	assert_int_equal(names->count, 0);
	cbcc_names_free(names);
}

static void tracepoints_are_listed_by_a_pattern(void **state)
{
	struct cbcc_names *names;

	(void)state;
	require_root();
	names = cbcc_get_tracepoints("syscalls:sys_(enter|exit)_getpgid");
	assert_non_null(names);
	assert_int_equal(names->count, 2);
	assert_string_equal(names->names[0], "syscalls:sys_enter_getpgid");
	assert_string_equal(names->names[1], "syscalls:sys_exit_getpgid");
	cbcc_names_free(names);
	names = cbcc_get_tracepoints("sched:.*");
	assert_non_null(names);
	assert_true(has(names, "sched:sched_switch"));
	assert_false(has(names, "syscalls:sys_enter_getpgid"));
	cbcc_names_free(names);
	cbcc_names_free(NULL);
}

static void tracepoints_are_attached_by_a_pattern(void **state)
{
	char pid[32];
	const char *cflags[] = { pid };
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = cflags, .ncflags = 1 };
	struct cbcc *b;

	(void)state;
	require_root();
	snprintf(pid, sizeof pid, "-DOUR_PID=%d", getpid());
	b = cbcc_new(
		"static int calls; int count(void *ctx) { return calls; }"
		"int f(void *ctx) { if (bpf_get_current_pid_tgid() >> 32 == OUR_PID) calls++; return 0; }",
		&opts);
	assert_non_null(b);
	assert_int_equal(cbcc_attach_tracepoints(b, "syscalls:sys_(enter|exit)_get(pgid|sid)", "f"), 4);
	assert_int_equal(cbcc_num_open_tracepoints(b), 4);
	getpgid(0);
	getsid(0);
	assert_int_equal(run_function(b, "count"), 4);
	assert_ok(cbcc_detach_tracepoint(b, "syscalls:sys_enter_getsid"));
	assert_int_equal(cbcc_num_open_tracepoints(b), 3);
	getsid(0);
	assert_int_equal(run_function(b, "count"), 5);
	assert_int_equal(cbcc_attach_tracepoints(b, "nonesuch:.*", "f"), -ENOENT);
	assert_error_has("no tracepoint matches 'nonesuch:.*'");
	assert_int_equal(cbcc_attach_tracepoints(b, "syscalls:sys_exit_getsid", "f"), -EEXIST);
	assert_int_equal(cbcc_attach_tracepoints(b, "(", "f"), -EINVAL);
	assert_int_equal(cbcc_attach_tracepoints(b, NULL, "f"), -EINVAL);
	assert_int_equal(cbcc_attach_tracepoints(b, "sched:.*", "nonesuch"), -ENOENT);
	cbcc_free(b);
	assert_int_equal(cbcc_num_open_tracepoints(NULL), -EINVAL);
}

static void wrong_patterns_are_refused(void **state)
{
	(void)state;
	assert_null(cbcc_get_tracepoints("("));
	assert_int_equal(errno, EINVAL);
	assert_error_has("bad regular expression \"(\"");
	assert_null(cbcc_get_kprobe_functions("[z-a]"));
	assert_int_equal(errno, EINVAL);
	assert_null(cbcc_get_tracepoints(NULL));
	assert_null(cbcc_get_kprobe_functions(NULL));
	assert_int_equal(errno, EINVAL);
}

static void a_tracepoint_exists_or_not(void **state)
{
	(void)state;
	require_root();
	assert_int_equal(cbcc_tracepoint_exists("sched", "sched_switch"), 1);
	assert_int_equal(cbcc_tracepoint_exists("sched", "nonesuch"), 0);
	assert_int_equal(cbcc_tracepoint_exists("nonesuch", "sched_switch"), 0);
	assert_int_equal(cbcc_tracepoint_exists(NULL, "sched_switch"), -EINVAL);
}

static void a_struct_has_a_field_or_not(void **state)
{
	(void)state;
	assert_int_equal(cbcc_kernel_struct_has_field("task_struct", "tgid"), 1);
	assert_int_equal(cbcc_kernel_struct_has_field("task_struct", "nonesuch"), 0);
	assert_int_equal(cbcc_kernel_struct_has_field("page", "mapping"), 1); /* in an anonymous union */
	assert_int_equal(cbcc_kernel_struct_has_field("no_such_struct", "tgid"), -ENOENT);
	assert_error_has("no struct or union 'no_such_struct'");
	assert_int_equal(cbcc_kernel_struct_has_field("task_struct", ""), -EINVAL);
	assert_int_equal(cbcc_kernel_struct_has_field(NULL, "tgid"), -EINVAL);
}

static void an_enum_has_a_value_or_not(void **state)
{
	(void)state;
	assert_int_equal(cbcc_kernel_enum_has_val("bpf_attach_type", "BPF_TRACE_FENTRY"), 1);
	assert_int_equal(cbcc_kernel_enum_has_val("bpf_attach_type", "BPF_MAP_TYPE_HASH"), 0);
	assert_int_equal(cbcc_kernel_enum_has_val("no_such_enum", "BPF_MAP_TYPE_HASH"), -ENOENT);
	assert_int_equal(cbcc_kernel_enum_has_val("", "BPF_F_CURRENT_CPU"),
			 1); /* of an enum without a name */
	assert_int_equal(cbcc_kernel_enum_has_val("", "BPF_NONESUCH"), 0);
	assert_int_equal(cbcc_kernel_enum_has_val(NULL, "BPF_MAP_TYPE_HASH"), -EINVAL);
}

/* What a kind is good for is what attaching it says. */
static void support_is_what_attaching_shows(void **state)
{
	struct cbcc *b;

	(void)state;
	require_root();
	b = cbcc_new("KFUNC_PROBE(bpf_fentry_test1, int a) { return 0; }", NULL);
	assert_int_equal(cbcc_support_kfunc(), b != NULL);
	cbcc_free(b);
	b = compiled("KMOD_RET(security_task_getpgid, struct task_struct *t, int ret) { return ret; }"
		     "int f(void *ctx) { return 0; }");
	assert_int_equal(cbcc_support_fmod_ret(), cbcc_attach_fmod_ret(b, "security_task_getpgid") == 0);
	assert_int_equal(cbcc_support_raw_tracepoint(), cbcc_attach_raw_tracepoint(b, "sys_enter", "f") == 0);
	assert_int_equal(cbcc_support_kprobe(), cbcc_attach_kprobe(b, "bpf_fentry_test1", "f") == 0);
	assert_int_equal(cbcc_support_kprobe(), have_kprobes());
	cbcc_free(b);
	b = cbcc_new("LSM_PROBE(task_getpgid, struct task_struct *p, int ret) { return ret; }", NULL);
	assert_int_equal(cbcc_support_lsm(), b != NULL);
	cbcc_free(b);
	assert_in_range(cbcc_support_raw_tracepoint_in_module(), 0, 1);
	if (machine_is_ours()) {
		assert_int_equal(cbcc_support_kfunc(), 1);
		assert_int_equal(cbcc_support_raw_tracepoint_in_module(), 1);
		assert_int_equal(cbcc_support_kprobe_multi(), strcmp(getenv("CBCC_TEST_VM"), "6.1") != 0);
	}
}

static void system_calls_get_this_machines_prefix(void **state)
{
	struct cbcc *b = compiled("");
	const char *fn = cbcc_get_syscall_fnname(b, "execve");

	(void)state;
	assert_non_null(fn);
	assert_ptr_equal(cbcc_fix_syscall_fnname(b, "sys_execve"), fn);
	assert_ptr_equal(cbcc_fix_syscall_fnname(b, "__arm64_sys_execve"), fn);
	assert_ptr_equal(cbcc_fix_syscall_fnname(b, fn), fn);
	assert_string_equal(cbcc_fix_syscall_fnname(b, "vfs_read"), "vfs_read");
	assert_null(cbcc_fix_syscall_fnname(b, NULL));
	assert_int_equal(errno, EINVAL);
	cbcc_free(b);
}

static void system_calls_have_names_and_numbers(void **state)
{
	(void)state;
	assert_string_equal(cbcc_syscall_name(SYS_read), "read");
	assert_string_equal(cbcc_syscall_name(SYS_execve), "execve");
	assert_string_equal(cbcc_syscall_name(SYS_bpf), "bpf");
	assert_int_equal(cbcc_syscall_number("openat"), SYS_openat);
	for (int number = 0; number < 400; number++) {
		const char *name = cbcc_syscall_name(number);

		if (name)
			assert_int_equal(cbcc_syscall_number(name), number);
	}
	assert_null(cbcc_syscall_name(-1));
	assert_null(cbcc_syscall_name(100000));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(cbcc_syscall_number("nonesuch"), -ENOENT);
	assert_int_equal(cbcc_syscall_number(NULL), -EINVAL);
}

static void processors_are_listed(void **state)
{
	int cpus[4096], count = cbcc_get_online_cpus(cpus, 4096);

	(void)state;
	assert_int_equal(count, sysconf(_SC_NPROCESSORS_ONLN));
	assert_int_equal(cpus[0], 0);
	assert_int_equal(cbcc_get_online_cpus(NULL, 0), count);
	assert_int_equal(cbcc_get_online_cpus(NULL, 1), -EINVAL);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_listed_by_a_pattern),
		cmocka_unit_test(tracepoints_are_listed_by_a_pattern),
		cmocka_unit_test(tracepoints_are_attached_by_a_pattern),
		cmocka_unit_test(wrong_patterns_are_refused),
		cmocka_unit_test(a_tracepoint_exists_or_not),
		cmocka_unit_test(a_struct_has_a_field_or_not),
		cmocka_unit_test(an_enum_has_a_value_or_not),
		cmocka_unit_test(support_is_what_attaching_shows),
		cmocka_unit_test(system_calls_get_this_machines_prefix),
		cmocka_unit_test(system_calls_have_names_and_numbers),
		cmocka_unit_test(processors_are_listed),
	};

	return run_selected_tests(tests, argc, argv);
}
