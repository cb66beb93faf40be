/* SPDX-License-Identifier: Apache-2.0 */
/* Programs in libbpf's dialect, attached by their sections: the files of sec/ do what they say. */
#include "run.h"
#include "trace.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "handle.h"
#include "links/kfunc.h"
#include "loader/program.h"
#include "sec/bootstrap.h"

/* cbcc_new_from_file() of sec/NAME.bpf.c for this process. NULL with errno if the kernel refuses. */
static struct cbcc *try_file(const char *name)
{
	char path[512], ours[32], program[512], self[480], call[32];
	const char *cflags[] = { ours, program, call };
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = cflags, .ncflags = 3 };
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

	require_root();
	assert_true(length > 0);
	self[length] = '\0';
	snprintf(path, sizeof path, "%s/%s.bpf.c", CBCC_TEST_SEC, name);
	snprintf(ours, sizeof ours, "-DOUR_PID=%d", getpid());
	snprintf(call, sizeof call, "-DOUR_SYSCALL=%d", SYS_getpgid);
	snprintf(program, sizeof program, "-DPROGRAM=\"%s\"", self);
	return cbcc_new_from_file(path, &opts);
}

static struct cbcc *new_from(const char *name)
{
	struct cbcc *b = try_file(name);

	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
}

/* As new_from(); skips where the kernel has no such programs. */
static struct cbcc *new_if_possible(const char *name)
{
	struct cbcc *b = try_file(name);

	if (!b && (errno == EOPNOTSUPP || errno == EPERM || errno == ENOENT))
		skip_other_kernel("%s", cbcc_last_error());
	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
}

static void a_tracepoint_counts(void **state)
{
	struct cbcc *b = new_from("minimal");

	(void)state;
	assert_int_equal(run_function(b, "result"), 0);
	getpgid(0);
	getpgid(0);
	assert_int_equal(run_function(b, "result"), 2);
	cbcc_free(b);
}

static int see_event(void *ctx, void *data, size_t size)
{
	struct event **next = ctx;

	assert_true(size >= sizeof(struct event));
	*(*next)++ = *(struct event *)data;
	return 0;
}

/* Runs a shell that exits with 3. */
static pid_t run_shell(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", "exit 3", NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 3);
	return pid;
}

static void processes_are_followed_from_exec_to_exit(void **state)
{
	struct cbcc *b = new_from("bootstrap");
	struct event events[2] = { { 0 } }, *next = events;
	struct ring_buffer *ring =
		ring_buffer__new(bpf_object__find_map_fd_by_name(b->maps, "rb"), see_event, &next, NULL);
	pid_t pid = run_shell();

	(void)state;
	assert_non_null(ring);
	assert_int_equal(ring_buffer__consume(ring), 2);
	assert_int_equal(events[0].pid, pid);
	assert_int_equal(events[0].ppid, getpid());
	assert_false(events[0].exit_event);
	assert_string_equal(events[0].comm, "sh");
	assert_string_equal(strrchr(events[0].filename, '/'), "/sh");
	assert_int_equal(events[1].pid, pid);
	assert_true(events[1].exit_event);
	assert_int_equal(events[1].exit_code, 3);
	assert_true(events[1].duration_ns > 0);
	ring_buffer__free(ring);
	cbcc_free(b);
}

/* Removes what is not there: the program's result is the name's first letter, and the error. */
static void expect_unlink_seen(struct cbcc *b)
{
	char name[] = "nonesuch";

	assert_int_equal(unlink(name), -1);
	int error = errno;

	assert_int_equal(run_function(b, "result"), 'n' << 8 | error);
}

static void a_kernel_functions_argument_and_result_are_seen(void **state)
{
	(void)state;
	require_root();
	require_kprobes();
	struct cbcc *b = new_from("kprobe");

	assert_int_equal(cbcc_num_open_kprobes(b), 2);
	expect_unlink_seen(b);
	cbcc_free(b);
}

static void they_are_seen_by_btf_too(void **state)
{
	struct cbcc *b = new_if_possible("fentry");

	(void)state;
	expect_unlink_seen(b);
	cbcc_free(b);
}

__attribute__((noinline)) int uprobed_add(int a, int b);

int uprobed_add(int a, int b)
{
	__asm__ volatile("" : "+r"(a));
	return a + b;
}

static void a_user_programs_function_is_seen(void **state)
{
	struct cbcc *b = new_if_possible("uprobe");

	(void)state;
	assert_int_equal(uprobed_add(20, 3), 23);
	assert_int_equal(run_function(b, "result"), 23 << 8 | 17);
	cbcc_free(b);
}

/* What <sys/sdt.h> makes of DTRACE_PROBE2(cbcctest, add, a, b). */
__attribute__((noinline)) static void probe_add(int a, int b)
{
	__asm__ volatile("990: nop\n"
			 ".pushsection .note.stapsdt, \"\", \"note\"\n"
			 ".balign 4\n"
			 ".4byte 992f - 991f, 994f - 993f, 3\n"
			 "991: .asciz \"stapsdt\"\n"
			 "992: .balign 4\n"
			 "993: .8byte 990b, _.stapsdt.base, 0\n"
			 ".asciz \"cbcctest\"\n"
			 ".asciz \"add\"\n"
			 ".asciz \"-4@%0 -4@%1\"\n"
			 "994: .balign 4\n"
			 ".popsection\n"
			 ".pushsection .stapsdt.base, \"a\"\n"
			 "_.stapsdt.base: .space 1\n"
			 ".popsection\n"
			 :
			 : "r"(a), "r"(b));
}

static void a_user_programs_probe_is_seen(void **state)
{
	struct cbcc *b = new_if_possible("usdt");

	(void)state;
	probe_add(30, 4);
	assert_int_equal(run_function(b, "result"), 34 << 8 | 2);
	cbcc_free(b);
}

static void a_tracepoint_is_seen_by_btf(void **state)
{
	struct cbcc *b = new_if_possible("tp_btf");

	(void)state;
	getpgid(0);
	getpgid(0);
	assert_int_equal(run_function(b, "result"), 2);
	cbcc_free(b);
}

static void expect_getpgid(int error)
{
	errno = 0;
	assert_int_equal(getpgid(getpid()) == -1, error != 0);
	assert_int_equal(errno, error);
}

static void a_functions_result_is_changed(void **state)
{
	struct cbcc *b = new_if_possible("fmod_ret");

	(void)state;
	expect_getpgid(EXDEV);
	cbcc_free(b);
	expect_getpgid(0);
}

static void a_functions_result_is_changed_in_bccs_dialect(void **state)
{
	struct cbcc *b;
	char text[256];

	(void)state;
	require_root();
	snprintf(text, sizeof text,
		 "KMOD_RET(security_task_getpgid, struct task_struct *task, int ret) {"
		 "	return bpf_get_current_pid_tgid() >> 32 == %d ? -EXDEV : ret; }",
		 getpid());
	b = cbcc_new(text, NULL);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	if (kfunc_attach_exact(b, LINK_FMOD_RET, "security_task_getpgid",
			       handle_function(b, "kmod_ret__security_task_getpgid")) != 0) {
		cbcc_free(b);
		skip_other_kernel("%s", cbcc_last_error());
	}
	expect_getpgid(EXDEV);
	cbcc_free(b);
	expect_getpgid(0);
}

static void a_system_calls_argument_and_result_are_seen(void **state)
{
	(void)state;
	require_root();
	require_kprobes();
	struct cbcc *b = new_from("ksyscall");

	syscall(SYS_getpgid, 0x7ffffff);
	assert_int_equal(run_function(b, "result"), 0x7ffffffu << 8 | ESRCH);
	cbcc_free(b);
}

static void an_iterator_is_loaded(void **state)
{
	struct cbcc *b = new_from("task_iter");
	struct program *program;
	char line[64], expected[64];
	bool found = false;
	FILE *in;

	(void)state;
	assert_ok(program_get(b, handle_function(b, "get_tasks"), BPF_PROG_TYPE_TRACING, &program));
	struct bpf_link *link = bpf_program__attach_iter(program->bpf, NULL);
	assert_non_null(link);
	in = fdopen(bpf_iter_create(bpf_link__fd(link)), "r");
	assert_non_null(in);
	snprintf(expected, sizeof expected, "%d %d\n", getpid(), getppid());
	while (fgets(line, sizeof line, in))
		found |= strcmp(line, expected) == 0;
	assert_true(found);
	fclose(in);
	bpf_link__destroy(link);
	cbcc_free(b);
}

static void a_packets_headers_are_read(void **state)
{
	struct cbcc *b = new_from("tc");
	unsigned char packet[64] = { [12] = 0x08, 0x00, 0x45, 0, 0x01, 0x02, [22] = 17 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof packet);
	struct program *program;

	(void)state;
	assert_ok(program_get(b, handle_function(b, "tc_ingress"), BPF_PROG_TYPE_SCHED_CLS, &program));
	assert_int_equal(bpf_prog_test_run_opts(bpf_program__fd(program->bpf), &opts), 0);
	assert_int_equal(opts.retval, 17 << 16 | 0x102);
	cbcc_free(b);
}

/* Where BPF is no active security module the program is attached and does not run. */
static void a_security_hook_refuses(void **state)
{
	struct cbcc *b = new_if_possible("lsm");

	(void)state;
	assert_int_equal(getpgid(getpid()) == -1, access("/sys/kernel/security/lsm", R_OK) == 0 &&
							  file_has("/sys/kernel/security/lsm", "bpf"));
	cbcc_free(b);
}

static void a_section_that_names_nothing_real_is_an_error(void **state)
{
	(void)state;
	require_root();
	assert_null(cbcc_new("SEC(\"tp/nonesuch/nonesuch\") int f(void *ctx) { return 0; }", NULL));
	assert_int_equal(errno, ENOENT);
	assert_error_has("nonesuch");
	assert_null(cbcc_new("SEC(\"raw_tp/nonesuch\") int f(void *ctx) { return 0; }", NULL));
	assert_int_equal(errno, ENOENT);
	assert_error_has("cannot attach 'f' to raw tracepoint nonesuch: the kernel has no such tracepoint");
	assert_null(cbcc_new("SEC(\"fentry/nonesuch\") int f(void *ctx) { return 0; }", NULL));
	assert_int_equal(errno, ENOENT);
	assert_error_has("cannot attach 'f' to kfunc nonesuch: the kernel's BTF has no function 'nonesuch'");
	assert_null(cbcc_new("SEC(\"tp/nonesuch\") int f(void *ctx) { return 0; }", NULL));
	assert_int_equal(errno, EINVAL);
	assert_null(cbcc_new("SEC(\"kprobe/do_unlinkat+x\") int f(void *ctx) { return 0; }", NULL));
	assert_int_equal(errno, EINVAL);
	assert_error_has("'do_unlinkat+x' is no function and offset");
	assert_null(cbcc_new("SEC(\"uprobe//nonesuch:f\") int f(void *ctx) { return 0; }", NULL));
	assert_error_has("cannot open /nonesuch");
}

static void a_section_without_an_event_is_left_to_the_application(void **state)
{
	(void)state;
	require_root();
	struct cbcc *b = cbcc_new("SEC(\"kprobe\") int f(void *ctx) { return 0; }"
				  "SEC(\"tp\") int g(void *ctx) { return 0; }"
				  "SEC(\"?tp/nonesuch/nonesuch\") int h(void *ctx) { return 0; }",
				  NULL);

	assert_non_null(b);
	assert_null(b->programs);
	assert_ok(cbcc_attach_tracepoint(b, "syscalls:sys_enter_getpgid", "g"));
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tracepoint_counts),
		cmocka_unit_test(processes_are_followed_from_exec_to_exit),
		cmocka_unit_test(a_kernel_functions_argument_and_result_are_seen),
		cmocka_unit_test(they_are_seen_by_btf_too),
		cmocka_unit_test(a_user_programs_function_is_seen),
		cmocka_unit_test(a_user_programs_probe_is_seen),
		cmocka_unit_test(a_tracepoint_is_seen_by_btf),
		cmocka_unit_test(a_functions_result_is_changed),
		cmocka_unit_test(a_functions_result_is_changed_in_bccs_dialect),
		cmocka_unit_test(a_system_calls_argument_and_result_are_seen),
		cmocka_unit_test(an_iterator_is_loaded),
		cmocka_unit_test(a_packets_headers_are_read),
		cmocka_unit_test(a_security_hook_refuses),
		cmocka_unit_test(a_section_that_names_nothing_real_is_an_error),
		cmocka_unit_test(a_section_without_an_event_is_left_to_the_application),
	};

	return run_selected_tests(tests, argc, argv);
}
