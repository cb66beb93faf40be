/* SPDX-License-Identifier: Apache-2.0 */
#include "trace.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OURS "OURS"

const char *our_comm(void)
{
	static char comm[16]; /* computed before the first child, which inherits it */

	if (!*comm)
		snprintf(comm, sizeof comm, "cbcctest%u", (unsigned int)getpid() % 10000000u);
	return comm;
}

/* Compares up to the NUL: what comes behind it is undefined. */
static void print_condition(FILE *out)
{
	fprintf(out, "({ char comm_[16]; bpf_get_current_comm(comm_, 16); !memcmp(comm_, \"%s\", %zu); })",
		our_comm(), strlen(our_comm()) + 1);
}

char *only_ours(const char *text)
{
	char *result;
	size_t size;
	FILE *out = open_memstream(&result, &size);
	const char *at;

	assert_non_null(out);
	while ((at = strstr(text, OURS))) {
		fwrite(text, 1, at - text, out);
		print_condition(out);
		text = at + strlen(OURS);
	}
	fputs(text, out);
	fclose(out);
	return result;
}

struct cbcc *new_only_ours(const char *text, const struct cbcc_opts *opts)
{
	char *ours = only_ours(text);
	struct cbcc *b = cbcc_new(ours, opts);

	free(ours);
	if (!b)
		fail_msg("cbcc_new: %s", cbcc_last_error());
	return b;
}

pid_t run_child(void (*action)(void))
{
	const char *comm = our_comm();
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_NAME, comm);
		action();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return pid;
}

/* The kernel may name the task in its line after what it executed: that has the same name. */
void exec_true(void)
{
	const char *directory = getenv("TMPDIR");
	char path[256];

	snprintf(path, sizeof path, "%s/%s", directory ? directory : "/tmp", our_comm());
	unlink(path);
	if (symlink("/bin/true", path) == 0)
		execl(path, path, (char *)NULL);
	_exit(1);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* 1 and a line of that task, or 0 after ms milliseconds. */
static int wait_line(struct cbcc *b, pid_t pid, struct cbcc_trace_line *line, int ms)
{
	int64_t end = now_ms() + ms;
	struct pollfd fd = { .fd = cbcc_trace_fd(b), .events = POLLIN };

	assert_ok(fd.fd);
	for (;;) {
		int n = cbcc_trace_fields(b, line, true);

		assert_ok(n);
		if (n == 1 && line->pid == pid)
			return 1;
		if (now_ms() >= end)
			return 0;
		if (n == 0)
			poll(&fd, 1, 20);
	}
}

void expect_line(struct cbcc *b, pid_t pid, struct cbcc_trace_line *line)
{
	if (!wait_line(b, pid, line, 10000))
		fail_msg("no line of task %d", (int)pid);
}

void expect_message(struct cbcc *b, pid_t pid, const char *message)
{
	struct cbcc_trace_line line;

	expect_line(b, pid, &line);
	assert_string_equal(line.msg, message);
	assert_our_comm(&line);
}

void assert_our_comm(const struct cbcc_trace_line *line)
{
	/* The kernel notes a task's name only if a lock is free at that moment. */
	if (strcmp(line->task, "<...>") != 0)
		assert_string_equal(line->task, our_comm());
}

void expect_silence(struct cbcc *b, pid_t pid)
{
	struct cbcc_trace_line line;

	if (wait_line(b, pid, &line, 500))
		fail_msg("an unexpected line: %s", line.msg);
}

bool have_kprobes(void)
{
	return access("/sys/bus/event_source/devices/kprobe/type", F_OK) == 0;
}

void require_root(void)
{
	if (geteuid() != 0)
		skip_because("loading programs takes root");
}

void require_kprobes(void)
{
	require_root();
	if (!have_kprobes())
		skip_because("this kernel has no kprobes");
}

bool machine_is_ours(void)
{
	return getenv("CBCC_TEST_VM") != NULL;
}

bool file_has(const char *path, const char *text)
{
	FILE *in = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	assert_non_null(in);
	while (!found && getline(&line, &size, in) >= 0)
		found = strstr(line, text) != NULL;
	free(line);
	fclose(in);
	return found;
}
