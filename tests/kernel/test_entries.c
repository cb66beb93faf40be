/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that attach themselves, by the macros they begin with. */
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The name on the stack: programs see no page that the task has not touched. */
static void open_in_directory_77(void)
{
	char name[] = "nonesuch";

	openat(77, name, O_RDONLY);
}

static void ask_for_no_group(void)
{
	getpgid(-1);
}

static void a_tracepoints_fields_are_arguments(void **state)
{
	struct cbcc *b;

	(void)state;
	require_root();
	b = new_only_ours("TRACEPOINT_PROBE(syscalls, sys_enter_openat) {"
			  "	char name[16];"
			  "	if (!OURS) return 0;"
			  "	bpf_probe_read_user_str(name, sizeof(name), args->filename);"
			  "	bpf_trace_printk(\"%d %s\", args->dfd, name);"
			  "	return 0; }"
			  "TRACEPOINT_PROBE(syscalls, sys_exit_openat) {"
			  "	if (OURS) bpf_trace_printk(\"%ld\", args->ret); return 0; }",
			  NULL);
	pid_t pid = run_child(open_in_directory_77);
	expect_message(b, pid, "77 nonesuch");
	expect_message(b, pid, "-9");
	cbcc_free(b);
}

/* The record of sched_process_exec has the file's name behind its fields. */
static void a_tracepoints_strings_are_read(void **state)
{
	struct cbcc_trace_line line;
	struct cbcc *b;

	(void)state;
	require_root();
	b = new_only_ours("TRACEPOINT_PROBE(sched, sched_process_exec) {"
			  "	char name[64];"
			  "	TP_DATA_LOC_READ_STR(name, filename, sizeof(name));"
			  "	if (OURS) bpf_trace_printk(\"%d %s\", args->pid, name);"
			  "	return 0; }",
			  NULL);
	pid_t pid = run_child(exec_true);
	char expected[64];

	expect_line(b, pid, &line);
	snprintf(expected, sizeof expected, "%d /", pid);
	assert_memory_equal(line.msg, expected, strlen(expected));
	assert_string_equal(strrchr(line.msg, '/') + 1, our_comm());
	cbcc_free(b);
}

static void a_raw_tracepoint_gets_what_the_kernel_passes(void **state)
{
	char text[512];
	struct cbcc *b;

	(void)state;
	require_root();
	snprintf(text, sizeof text,
		 "RAW_TRACEPOINT_PROBE(sys_exit) {"
		 "	if (OURS && (long)ctx->args[1] == -%d) bpf_trace_printk(\"exit %%d\", "
		 "(int)ctx->args[1]);"
		 "	return 0; }"
		 "int raw_tracepoint__sys_enter(struct bpf_raw_tracepoint_args *ctx) {"
		 "	if (OURS && ctx->args[1] == %d) bpf_trace_printk(\"enter\"); return 0; }",
		 ESRCH, SYS_getpgid);
	b = new_only_ours(text, NULL);
	pid_t pid = run_child(ask_for_no_group);
	expect_message(b, pid, "enter");
	expect_message(b, pid, "exit -3");
	cbcc_free(b);
}

static void what_is_no_raw_tracepoint_says_so(void **state)
{
	(void)state;
	require_root();
	assert_null(cbcc_new("RAW_TRACEPOINT_PROBE(nonesuch) { return 0; }", NULL));
	assert_int_equal(errno, ENOENT);
	assert_error_has("raw tracepoint nonesuch: the kernel has no such tracepoint");
}

/* By which the kernel's functions call programs: made by BPF's JIT compiler, on arm64 with ftrace as of Linux 6.4. */
static bool have_trampolines(void)
{
	struct utsname system;
	int major = 0, minor = 0;

	uname(&system);
	sscanf(system.release, "%d.%d", &major, &minor);
	if (!strcmp(system.machine, "aarch64") && major * 100 + minor < 604)
		return false;
	return access("/proc/sys/net/core/bpf_jit_enable", F_OK) == 0;
}

/* As new_only_ours(); skips if the kernel has no such programs. */
static struct cbcc *new_by_btf(const char *text, const struct cbcc_opts *opts)
{
	char *ours = only_ours(text);
	struct cbcc *b;

	require_root();
	if (!have_trampolines())
		skip_other_kernel("this kernel has no trampolines for programs at its functions");
	b = cbcc_new(ours, opts);
	free(ours);
	if (!b && (errno == EPERM || errno == EOPNOTSUPP))
		skip_other_kernel("%s", cbcc_last_error());
	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
}

/* O_LARGEFILE of the kernel, which the C library has as 0. */
#ifdef __aarch64__
#define KERNEL_LARGEFILE 0400000
#else
#define KERNEL_LARGEFILE 0100000
#endif

static void a_kernel_functions_arguments_and_result_are_parameters(void **state)
{
	struct cbcc *b = new_by_btf(
		"KFUNC_PROBE(do_sys_openat2, int dfd, const char *filename, struct open_how *how) {"
		"	if (OURS) bpf_trace_printk(\"dfd %d flags %d\", dfd, (int)how->flags);"
		"	return 0; }"
		"KRETFUNC_PROBE(do_sys_openat2, int dfd, const char *filename, struct open_how *how, long "
		"ret) {"
		"	if (OURS) bpf_trace_printk(\"dfd %d ret %ld\", dfd, ret);"
		"	return 0; }",
		NULL);
	char expected[64];
	pid_t pid = run_child(open_in_directory_77);

	(void)state;
	snprintf(expected, sizeof expected, "dfd 77 flags %d", O_RDONLY | KERNEL_LARGEFILE);
	expect_message(b, pid, expected);
	expect_message(b, pid, "dfd 77 ret -9");
	cbcc_free(b);
}

static void a_kernel_function_may_be_named_without_its_module(void **state)
{
	struct cbcc *b =
		new_by_btf("BPF_PROG(kfunc__" SYS "getpgid, struct pt_regs *regs) {"
			   "	if (OURS) bpf_trace_printk(\"pid %d\", (int)PT_REGS_PARM1_SYSCALL(regs));"
			   "	return 0; }",
			   NULL);

	(void)state;
	expect_message(b, run_child(ask_for_no_group), "pid -1");
	cbcc_free(b);
}

static void look_for_nonesuch(void)
{
	access("/nonesuch-of-cbcc", F_OK);
}

/* The virtual machine's root file system is a module's. */
static void a_modules_function_is_probed(void **state)
{
	struct cbcc *b;

	(void)state;
	if (access("/sys/kernel/btf/9pnet", F_OK) != 0)
		skip_other_kernel("it has no module 9pnet");
	b = new_by_btf("MODULE_KFUNC_PROBE(9pnet, p9_client_walk, void *fid, uint16_t n) {"
		       "	if (OURS) bpf_trace_printk(\"names %d\", n);"
		       "	return 0; }",
		       NULL);
	expect_message(b, run_child(look_for_nonesuch), "names 1");
	cbcc_free(b);
	assert_null(cbcc_new("MODULE_KFUNC_PROBE(9pnet, do_sys_openat2, int dfd) { return 0; }", NULL));
	assert_int_equal(errno, ENOENT);
	assert_error_has("do_sys_openat2 of 9pnet: the function of that name is one of vmlinux");
}

static void what_btf_does_not_have_says_so(void **state)
{
	(void)state;
	require_root();
	assert_null(cbcc_new("KFUNC_PROBE(nonesuch_function, int a) { return 0; }", NULL));
	assert_int_equal(errno, ENOENT);
	assert_error_has("to kfunc nonesuch_function: the kernel's BTF has no function 'nonesuch_function'");
	assert_null(cbcc_new("LSM_PROBE(nonesuch_hook, int a) { return 0; }", NULL));
	assert_int_equal(errno, ENOENT);
	assert_error_has("to LSM hook nonesuch_hook: the kernel has no such hook");
}

static void be_refused_a_directory(void)
{
	if (mkdir("/run/cbcc-test-refused", 0700) == 0 || errno != EPERM)
		_exit(1);
}

static char warning[512];

static void remember_warning(void *ctx, enum cbcc_log_level level, const char *message)
{
	(void)ctx;
	if (level == CBCC_LOG_WARN)
		snprintf(warning, sizeof warning, "%s", message);
}

/* A kernel whose security modules are without BPF attaches programs and never runs them: the user is told. */
static void a_security_hooks_program_forbids(void **state)
{
	struct cbcc_opts opts = { .sz = sizeof opts, .log = remember_warning };
	struct cbcc *b;

	(void)state;
	if (machine_is_ours())
		mount("securityfs", "/sys/kernel/security", "securityfs", 0, NULL);
	warning[0] = '\0';
	b = new_by_btf(
		"LSM_PROBE(inode_mkdir, struct inode *dir, struct dentry *dentry, umode_t mode, int ret) {"
		"	return OURS ? -1 : ret; }",
		&opts);
	if (file_has("/sys/kernel/security/lsm", "bpf"))
		run_child(be_refused_a_directory);
	else if (machine_is_ours())
		assert_non_null(strstr(warning, "'lsm__inode_mkdir' is attached and will not run"));
	cbcc_free(b);
}

static void make_directories(void)
{
	if (mkdir("/run/cbcc-test-first", 0700) != 0 || mkdir("/run/cbcc-test-second", 0700) != 0)
		_exit(1);
	if (mkdir("/run/cbcc-test-third", 0700) == 0 || errno != EPERM)
		_exit(2);
}

/* In the inode of the directory above: the directories that were made in it. */
static void inodes_have_storage(void **state)
{
	struct cbcc *b;

	(void)state;
	if (machine_is_ours())
		mount("securityfs", "/sys/kernel/security", "securityfs", 0, NULL);
	b = new_by_btf(
		"BPF_INODE_STORAGE(made, u64);"
		"LSM_PROBE(inode_mkdir, struct inode *dir, struct dentry *dentry, umode_t mode, int ret) {"
		"	u64 first = 5, *count;"
		"	if (!OURS) return ret;"
		"	if (!made.inode_storage_get(dir, NULL, 0) && made.inode_storage_delete(dir) != "
		"-ENOENT)"
		"		return -EIO;"
		"	count = made.inode_storage_get(dir, &first, BPF_LOCAL_STORAGE_GET_F_CREATE);"
		"	return count && ++*count <= 7 ? ret : -EPERM; }",
		NULL);
	if (file_has("/sys/kernel/security/lsm", "bpf"))
		run_child(make_directories);
	rmdir("/run/cbcc-test-first");
	rmdir("/run/cbcc-test-second");
	cbcc_free(b);
}

/* Nothing loads them yet but an explicit call. */
static void some_names_do_not_attach_themselves(void **state)
{
	struct cbcc *b = cbcc_new("KMOD_RET(nonesuch, int a, int ret) { return 0; }"
				  "BPF_ITER(task) { return 0; }",
				  NULL);

	(void)state;
	if (!b)
		fail_msg("%s", cbcc_last_error());
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tracepoints_fields_are_arguments),
		cmocka_unit_test(a_tracepoints_strings_are_read),
		cmocka_unit_test(a_raw_tracepoint_gets_what_the_kernel_passes),
		cmocka_unit_test(what_is_no_raw_tracepoint_says_so),
		cmocka_unit_test(a_kernel_functions_arguments_and_result_are_parameters),
		cmocka_unit_test(a_kernel_function_may_be_named_without_its_module),
		cmocka_unit_test(a_modules_function_is_probed),
		cmocka_unit_test(what_btf_does_not_have_says_so),
		cmocka_unit_test(a_security_hooks_program_forbids),
		cmocka_unit_test(inodes_have_storage),
		cmocka_unit_test(some_names_do_not_attach_themselves),
	};

	return run_selected_tests(tests, argc, argv);
}
