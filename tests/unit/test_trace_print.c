/* SPDX-License-Identifier: Apache-2.0 */
/* The trace calls of the public header, over a handle whose trace pipe is a pipe(2). */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "handle.h"
#include "readers/trace_pipe.h"

#define LINE1 "            bash-12      [000] d..31     1.500000: bpf_trace_printk: one"
#define LINE2 "         my task-13      [001] d..32     2.250000: bpf_trace_printk: two"
#define LOST "CPU:1 [LOST 7 EVENTS]"

/* A handle that reads the text, and then the end. */
static void open_handle(struct cbcc *b, const char *text)
{
	int fds[2];

	memset(b, 0, sizeof *b);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(trace_pipe_from_fd(fds[0], &b->trace), 0);
	assert_int_equal(write(fds[1], text, strlen(text)), strlen(text));
	close(fds[1]);
}

static void close_handle(struct cbcc *b)
{
	trace_pipe_close(b->trace);
}

/* Calls cbcc_trace_print() with standard output in a file descriptor; returns its result. */
static int print_to(int fd, const char *text, const char *fmt)
{
	struct cbcc b;
	int saved, result;

	open_handle(&b, text);
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	assert_true(saved >= 0 && dup2(fd, STDOUT_FILENO) == STDOUT_FILENO);
	result = cbcc_trace_print(&b, fmt);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close_handle(&b);
	return result;
}

static void assert_printed(const char *text, const char *fmt, const char *expected)
{
	char printed[1024];
	int fds[2];
	ssize_t n;

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(print_to(fds[1], text, fmt), -EPIPE);
	assert_error_has("ended");
	close(fds[1]);
	n = read(fds[0], printed, sizeof printed - 1);
	assert_true(n >= 0);
	printed[n] = '\0';
	close(fds[0]);
	assert_string_equal(printed, expected);
}

static void print_without_a_format_copies_all_lines(void **state)
{
	(void)state;
	assert_printed(LINE1 "  \n" LOST "\nother\n" LINE2 "\n", NULL,
		       LINE1 "\n" LOST "\nother\n" LINE2 "\n");
	assert_printed("", NULL, "");
}

static void print_with_a_format_takes_what_programs_printed(void **state)
{
	(void)state;
	assert_printed(LINE1 "\n" LOST "\nother\n" LINE2 "\n", "{0}/{1}/{2}/{3}/{4}/{5} {{}}",
		       "bash/12/0/d..31/1.5/one {}\nmy task/13/1/d..32/2.25/two {}\n");
	assert_printed(LINE1 "\n", "", "\n");
}

static void a_bad_format_reads_nothing(void **state)
{
	char buf[128];
	struct cbcc b;

	(void)state;
	open_handle(&b, LINE1 "\n");
	assert_int_equal(cbcc_trace_print(&b, "{7}"), -EINVAL);
	assert_error_has("{7}");
	assert_int_equal(cbcc_trace_readline(&b, buf, sizeof buf, false), strlen(LINE1));
	close_handle(&b);
}

static void print_ends_when_nobody_reads_standard_output(void **state)
{
	int fds[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	assert_int_equal(print_to(fds[1], LINE1 "\n", NULL), -EPIPE);
	assert_error_has("standard output");
	close(fds[1]);
	signal(SIGPIPE, SIG_DFL);
}

static void print_ends_when_standard_output_is_full(void **state)
{
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	if (fd < 0)
		skip_because("there is no /dev/full");
	assert_int_equal(print_to(fd, LINE1 "\n", "{5}"), -ENOSPC);
	assert_error_has("standard output");
	close(fd);
}

static void fields_skips_lines_of_other_forms(void **state)
{
	struct cbcc_trace_line fields;
	struct cbcc b;

	(void)state;
	open_handle(&b, "other\n" LINE1 "\n" LOST "\n\n" LINE2 "\n");
	assert_int_equal(cbcc_trace_lost(&b), 0);
	assert_int_equal(cbcc_trace_fields(&b, &fields, true), 1);
	assert_string_equal(fields.task, "bash");
	assert_string_equal(fields.msg, "one");
	assert_int_equal(cbcc_trace_fields(&b, &fields, false), 1);
	assert_string_equal(fields.task, "my task");
	assert_int_equal(fields.pid, 13);
	assert_int_equal(fields.cpu, 1);
	assert_string_equal(fields.flags, "d..32");
	assert_true(fields.ts == 2.25);
	assert_string_equal(fields.msg, "two");
	assert_int_equal(cbcc_trace_lost(&b), 7);
	assert_int_equal(cbcc_trace_fields(&b, &fields, false), -EPIPE);
	close_handle(&b);
}

static void readline_returns_the_whole_length(void **state)
{
	char buf[8];
	struct cbcc b;

	(void)state;
	open_handle(&b, "1234567\n12345678\n123456789 \n\nx\n");
	assert_int_equal(cbcc_trace_readline(&b, buf, sizeof buf, true), 7);
	assert_string_equal(buf, "1234567");
	assert_int_equal(cbcc_trace_readline(&b, buf, sizeof buf, true), 8);
	assert_string_equal(buf, "1234567");
	assert_int_equal(cbcc_trace_readline(&b, buf, 1, true), 9);
	assert_string_equal(buf, "");
	assert_int_equal(cbcc_trace_readline(&b, buf, sizeof buf, true), 0);
	assert_string_equal(buf, "");
	assert_int_equal(cbcc_trace_readline(&b, buf, 2, true), 1);
	assert_string_equal(buf, "x");
	assert_int_equal(cbcc_trace_readline(&b, buf, sizeof buf, true), -EPIPE);
	assert_string_equal(buf, "");
	close_handle(&b);
}

static void without_a_line_a_nonblocking_call_returns(void **state)
{
	struct cbcc_trace_line fields;
	char buf[128];
	struct cbcc b;
	int fds[2];

	(void)state;
	memset(&b, 0, sizeof b);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(trace_pipe_from_fd(fds[0], &b.trace), 0);
	assert_int_equal(cbcc_trace_fd(&b), fds[0]);
	assert_int_equal(cbcc_trace_fields(&b, &fields, true), 0);
	assert_int_equal(cbcc_trace_readline(&b, buf, sizeof buf, true), -EAGAIN);
	assert_int_equal(write(fds[1], "other\n" LINE1, strlen(LINE1) + 6), strlen(LINE1) + 6);
	assert_int_equal(cbcc_trace_fields(&b, &fields, true), 0);
	assert_int_equal(write(fds[1], "\n", 1), 1);
	assert_int_equal(cbcc_trace_fields(&b, &fields, true), 1);
	assert_string_equal(fields.msg, "one");
	close(fds[1]);
	close_handle(&b);
}

static void null_is_refused(void **state)
{
	struct cbcc_trace_line fields;
	struct cbcc b;
	char buf[8];

	(void)state;
	open_handle(&b, LINE1 "\n");
	assert_int_equal(cbcc_trace_print(NULL, NULL), -EINVAL);
	assert_error_has("NULL");
	assert_int_equal(cbcc_trace_fields(NULL, &fields, true), -EINVAL);
	assert_int_equal(cbcc_trace_fields(&b, NULL, true), -EINVAL);
	assert_error_has("fields is NULL");
	assert_int_equal(cbcc_trace_readline(NULL, buf, sizeof buf, true), -EINVAL);
	assert_int_equal(cbcc_trace_readline(&b, NULL, sizeof buf, true), -EINVAL);
	assert_int_equal(cbcc_trace_readline(&b, buf, 0, true), -EINVAL);
	assert_error_has("buffer");
	assert_int_equal(cbcc_trace_fd(NULL), -EINVAL);
	assert_int_equal(cbcc_trace_lost(NULL), 0);
	/* none of these has read */
	assert_int_equal(cbcc_trace_fields(&b, &fields, true), 1);
	close_handle(&b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		/* First: it sees the errors that there are, and those that are there already stay. */
		cmocka_unit_test(null_is_refused),
		cmocka_unit_test(print_without_a_format_copies_all_lines),
		cmocka_unit_test(print_with_a_format_takes_what_programs_printed),
		cmocka_unit_test(a_bad_format_reads_nothing),
		cmocka_unit_test(print_ends_when_nobody_reads_standard_output),
		cmocka_unit_test(print_ends_when_standard_output_is_full),
		cmocka_unit_test(fields_skips_lines_of_other_forms),
		cmocka_unit_test(readline_returns_the_whole_length),
		cmocka_unit_test(without_a_line_a_nonblocking_call_returns),
	};

	return run_selected_tests(tests, argc, argv);
}
