/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/tracefs.h"

#define SYSTEM_DIR "/sys/kernel/tracing"

static bool is_tracefs(const char *dir)
{
	struct statfs fs;

	return statfs(dir, &fs) == 0 && fs.f_type == TRACEFS_MAGIC;
}

static void need_tracefs(void)
{
	const char *dir;

	if (geteuid() != 0)
		skip_because("tracefs needs root");
	if (tracefs_dir(&dir))
		skip_because("%s", cbcc_last_error());
}

/*
 * What a child, in a mount namespace of its own, finds out: the result of the call and the error text.
 */
struct finding {
	int result;
	bool tracefs_after;
	char error[512];
};

/* Takes all tracefs out of the child's namespace. */
static bool hide_tracefs(void)
{
	if (!mounts_make_own())
		return false;
	while (umount2("/sys/kernel/debug", MNT_DETACH) == 0)
		;
	while (umount2(SYSTEM_DIR, MNT_DETACH) == 0)
		;
	return !is_tracefs(SYSTEM_DIR);
}

static void child_mounts(struct finding *finding)
{
	const char *dir = "";

	if (!hide_tracefs())
		_exit(77);
	finding->result = tracefs_dir(&dir);
	finding->tracefs_after = is_tracefs(dir) && !strcmp(dir, SYSTEM_DIR);
}

static void child_may_not_mount(struct finding *finding)
{
	const char *dir;

	if (!hide_tracefs() || setgid(65534) || setuid(65534))
		_exit(77);
	finding->result = tracefs_dir(&dir);
}

static void child_finds_another_directory(struct finding *finding)
{
	const char *dir;

	if (!hide_tracefs() || mount("none", SYSTEM_DIR, "tmpfs", 0, NULL) ||
	    mount("none", "/sys/kernel/debug", "tmpfs", 0, NULL))
		_exit(77);
	finding->result = tracefs_dir(&dir);
	finding->tracefs_after = is_tracefs(SYSTEM_DIR);
}

static void child_is_nobody(struct finding *finding)
{
	if (setgid(65534) || setuid(65534))
		_exit(77);
	finding->result = tracefs_event_id("syscalls", "sys_enter_execve");
}

static struct finding in_child(void (*run)(struct finding *))
{
	struct finding finding = { 0 };
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		run(&finding);
		snprintf(finding.error, sizeof finding.error, "%s", cbcc_last_error());
		_exit(write(fds[1], &finding, sizeof finding) == sizeof finding ? 0 : 1);
	}
	close(fds[1]);
	if (read(fds[0], &finding, sizeof finding) != sizeof finding)
		finding.result = 1;
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip_because("the child cannot be set up");
	assert_int_equal(WEXITSTATUS(status), 0);
	return finding;
}

static void the_directory_is_a_tracefs(void **state)
{
	const char *dir = NULL;

	(void)state;
	need_tracefs();
	assert_int_equal(tracefs_dir(&dir), 0);
	assert_true(is_tracefs(dir));
}

static void an_absent_tracefs_is_mounted(void **state)
{
	struct finding finding;

	(void)state;
	need_tracefs();
	finding = in_child(child_mounts);
	assert_int_equal(finding.result, 0);
	assert_true(finding.tracefs_after);
}

static void who_may_not_mount_is_told_how_to(void **state)
{
	struct finding finding;

	(void)state;
	need_tracefs();
	finding = in_child(child_may_not_mount);
	assert_int_equal(finding.result, -EPERM);
	assert_non_null(strstr(finding.error, "mount -t tracefs"));
	assert_non_null(strstr(finding.error, "root"));
}

static void a_directory_that_is_no_tracefs_is_mounted_over(void **state)
{
	struct finding finding;

	(void)state;
	need_tracefs();
	finding = in_child(child_finds_another_directory);
	assert_int_equal(finding.result, 0);
	assert_true(finding.tracefs_after);
}

static void who_may_not_read_is_told_so(void **state)
{
	struct finding finding;

	(void)state;
	need_tracefs();
	finding = in_child(child_is_nobody);
	assert_int_equal(finding.result, -EACCES);
	assert_non_null(strstr(finding.error, "be root"));
	assert_non_null(strstr(finding.error, "events/syscalls/sys_enter_execve/id"));
}

static void files_are_opened_close_on_exec(void **state)
{
	int fd;

	(void)state;
	need_tracefs();
	fd = tracefs_open("trace_clock", O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
}

static void a_missing_file_is_named(void **state)
{
	(void)state;
	need_tracefs();
	assert_int_equal(tracefs_open("no/such/file", O_RDONLY), -ENOENT);
	assert_error_has("no/such/file: No such file");
}

static void a_path_too_long_is_refused(void **state)
{
	char path[5000];

	(void)state;
	need_tracefs();
	memset(path, 'x', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	assert_int_equal(tracefs_open(path, O_RDONLY), -ENAMETOOLONG);
}

static void an_event_has_the_id_in_its_file(void **state)
{
	FILE *file;
	int id;

	(void)state;
	need_tracefs();
	file = fopen(SYSTEM_DIR "/events/sched/sched_switch/id", "r");
	if (!file)
		skip_because("this kernel has no sched:sched_switch");
	assert_int_equal(fscanf(file, "%d", &id), 1);
	fclose(file);
	assert_int_equal(tracefs_event_id("sched", "sched_switch"), id);
}

static void an_unknown_event_is_told_from_an_unknown_category(void **state)
{
	(void)state;
	need_tracefs();
	assert_int_equal(tracefs_event_id("sched", "no_such_event"), -ENOENT);
	assert_error_has("the category sched has no event no_such_event");
	assert_int_equal(tracefs_event_id("no_such_category", "sched_switch"), -ENOENT);
	assert_error_has("has no category no_such_category");
}

static void names_do_not_lead_out_of_events(void **state)
{
	static const char *const names[][2] = {
		{ "", "sched_switch" }, { "sched", "" }, { "..", "events" },
		{ "sched", ".." },      { "a/b", "c" },  { "sched", "sched_switch/../sched_wakeup" },
		{ ".", "sched" },       { "/", "etc" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_int_equal(tracefs_event_id(names[i][0], names[i][1]), -EINVAL);
		assert_error_has("no name of a tracepoint");
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_directory_is_a_tracefs),
		cmocka_unit_test(an_absent_tracefs_is_mounted),
		cmocka_unit_test(who_may_not_mount_is_told_how_to),
		cmocka_unit_test(a_directory_that_is_no_tracefs_is_mounted_over),
		cmocka_unit_test(who_may_not_read_is_told_so),
		cmocka_unit_test(files_are_opened_close_on_exec),
		cmocka_unit_test(a_missing_file_is_named),
		cmocka_unit_test(a_path_too_long_is_refused),
		cmocka_unit_test(an_event_has_the_id_in_its_file),
		cmocka_unit_test(an_unknown_event_is_told_from_an_unknown_category),
		cmocka_unit_test(names_do_not_lead_out_of_events),
	};

	return run_selected_tests(tests, argc, argv);
}
