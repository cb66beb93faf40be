/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "readers/trace_pipe.h"

#define LINE1 "            bash-12      [000] d..31     1.500000: bpf_trace_printk: one"
#define LINE2 "            bash-13      [001] d..31     2.500000: bpf_trace_printk: two"

/* A trace pipe over a pipe(2), and the end that is written to. */
struct fixture {
	struct trace_pipe *pipe;
	int in;
};

static int set_up(void **state)
{
	struct fixture *f = malloc(sizeof *f);
	int fds[2];

	if (!f || pipe(fds) || trace_pipe_from_fd(fds[0], &f->pipe))
		return -1;
	f->in = fds[1];
	*state = f;
	return 0;
}

static void end_input(struct fixture *f)
{
	if (f->in >= 0)
		close(f->in);
	f->in = -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	end_input(f);
	trace_pipe_close(f->pipe);
	free(f);
	return 0;
}

static void put(const struct fixture *f, const char *text)
{
	assert_int_equal(write(f->in, text, strlen(text)), strlen(text));
}

static void assert_line(const struct fixture *f, bool nonblocking, const char *expected)
{
	size_t length = 0;
	char *line;

	assert_int_equal(trace_pipe_line(f->pipe, nonblocking, &line, &length), 1);
	assert_string_equal(line, expected);
	assert_int_equal(length, strlen(expected));
}

static void assert_status(const struct fixture *f, bool nonblocking, int status)
{
	size_t length;
	char *line;

	assert_int_equal(trace_pipe_line(f->pipe, nonblocking, &line, &length), status);
}

static void two_lines_of_one_read_are_two(void **state)
{
	put(*state, LINE1 "\n" LINE2 "\n");
	assert_line(*state, false, LINE1);
	assert_line(*state, false, LINE2);
	assert_status(*state, true, 0);
}

static void a_line_may_come_in_two_parts(void **state)
{
	const char *text = LINE1 "\n";

	for (size_t split = 0; split <= strlen(text); split++) {
		char head[sizeof LINE1 + 1];

		snprintf(head, sizeof head, "%.*s", (int)split, text);
		put(*state, head);
		if (split < strlen(text)) {
			assert_status(*state, true, 0);
			put(*state, text + split);
		}
		assert_line(*state, true, LINE1);
		assert_status(*state, true, 0);
	}
}

static void a_line_may_come_byte_by_byte(void **state)
{
	const char *text = LINE1 "\n" LINE2 "\n";

	for (; *text; text++) {
		const char byte[] = { *text, '\0' };

		put(*state, byte);
		if (*text != '\n')
			assert_status(*state, true, 0);
		else
			assert_line(*state, true, strchr(text + 1, '\n') ? LINE1 : LINE2);
	}
}

static void trailing_blanks_go_and_leading_ones_stay(void **state)
{
	put(*state, "  a b \t \r\n\n \t \n\v\f\n  \n");
	assert_line(*state, true, "  a b");
	assert_line(*state, true, "");
	assert_line(*state, true, "");
	assert_line(*state, true, "");
	assert_line(*state, true, "");
	assert_status(*state, true, 0);
}

static void the_line_is_the_callers_to_change(void **state)
{
	const struct fixture *f = *state;
	size_t length;
	char *line;

	put(f, LINE1 "\n" LINE2 "\n");
	assert_int_equal(trace_pipe_line(f->pipe, true, &line, &length), 1);
	memset(line, 'x', length);
	assert_line(f, true, LINE2);
}

static void lost_events_add_up_and_are_lines(void **state)
{
	const struct fixture *f = *state;

	put(f, LINE1 "\nCPU:2 [LOST 51 EVENTS]\n" LINE2 "\nCPU:0 [LOST 9 EVENTS]\nCPU:1 [LOST EVENTS]\n");
	assert_line(f, true, LINE1);
	assert_int_equal(trace_pipe_lost(f->pipe), 0);
	assert_line(f, true, "CPU:2 [LOST 51 EVENTS]");
	assert_int_equal(trace_pipe_lost(f->pipe), 51);
	assert_line(f, true, LINE2);
	assert_line(f, true, "CPU:0 [LOST 9 EVENTS]");
	assert_line(f, true, "CPU:1 [LOST EVENTS]");
	assert_int_equal(trace_pipe_lost(f->pipe), 61);
}

static void the_end_comes_after_the_last_line(void **state)
{
	put(*state, LINE1 "\n" LINE2 "\n");
	end_input(*state);
	assert_line(*state, false, LINE1);
	assert_line(*state, false, LINE2);
	assert_status(*state, false, -EPIPE);
	assert_error_has("ended");
	assert_status(*state, true, -EPIPE);
}

static void a_last_line_needs_no_newline(void **state)
{
	put(*state, LINE1 "\nrest");
	assert_line(*state, false, LINE1);
	assert_status(*state, true, 0);
	end_input(*state);
	assert_line(*state, false, "rest");
	assert_status(*state, false, -EPIPE);
}

static void an_empty_stream_has_no_line(void **state)
{
	end_input(*state);
	assert_status(*state, false, -EPIPE);
}

/* Writes what is longer than a pipe(2) holds, from a thread. */
struct writer {
	int fd;
	size_t size; /* of the line, without newline */
	bool newline;
};

static void write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n <= 0)
			abort();
		data += n;
		size -= (size_t)n;
	}
}

static void *write_long_line(void *arg)
{
	const struct writer *w = arg;
	char *text = malloc(w->size);

	if (!text)
		abort();
	for (size_t i = 0; i < w->size; i++)
		text[i] = (char)('a' + i % 26);
	write_all(w->fd, text, w->size);
	if (w->newline)
		write_all(w->fd, "\n" LINE1 "\n", strlen(LINE1) + 2);
	else
		close(w->fd);
	free(text);
	return NULL;
}

static void read_long_line(struct fixture *f, size_t size, bool newline)
{
	struct writer writer = { .fd = f->in, .size = size, .newline = newline };
	size_t kept = size < TRACE_LINE_MAX ? size : TRACE_LINE_MAX;
	pthread_t thread;
	size_t length;
	char *line;

	assert_int_equal(pthread_create(&thread, NULL, write_long_line, &writer), 0);
	assert_int_equal(trace_pipe_line(f->pipe, false, &line, &length), 1);
	assert_int_equal(length, size);
	assert_int_equal(strlen(line), kept);
	for (size_t i = 0; i < kept; i++)
		if (line[i] != (char)('a' + i % 26))
			fail_msg("character %zu of %zu is '%c'", i, size, line[i]);
	if (newline)
		assert_line(f, false, LINE1);
	pthread_join(thread, NULL);
	if (!newline)
		f->in = -1;
}

static void a_long_line_is_whole_up_to_the_maximum_and_then_cut(void **state)
{
	static const size_t sizes[] = { 4095,
					4096,
					4097,
					8191,
					8192,
					8193,
					TRACE_LINE_MAX - 1,
					TRACE_LINE_MAX,
					TRACE_LINE_MAX + 1,
					TRACE_LINE_MAX + 4095,
					TRACE_LINE_MAX + 4096,
					TRACE_LINE_MAX + 4097,
					10 * TRACE_LINE_MAX };

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		read_long_line(*state, sizes[i], true);
}

static void a_long_line_may_be_the_last(void **state)
{
	read_long_line(*state, 2 * TRACE_LINE_MAX, false);
	assert_status(*state, false, -EPIPE);
}

static void *write_later(void *arg)
{
	const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };
	const struct fixture *f = arg;

	nanosleep(&pause, NULL);
	write_all(f->in, "half", 4);
	nanosleep(&pause, NULL);
	write_all(f->in, " and half\n", 10);
	return NULL;
}

static void a_blocking_read_waits_for_a_whole_line(void **state)
{
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, write_later, *state), 0);
	assert_line(*state, false, "half and half");
	pthread_join(thread, NULL);
}

static void on_alarm(int number)
{
	(void)number;
}

static void set_alarm(int flags, long microseconds)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = flags };
	struct itimerval timer = { .it_value.tv_usec = microseconds };

	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

/* poll(2) is never restarted: SA_RESTART makes no difference. */
static void a_signal_interrupts_and_loses_nothing(void **state)
{
	static const int flags[] = { 0, SA_RESTART };

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		put(*state, "before ");
		set_alarm(flags[i], 50 * 1000);
		assert_status(*state, false, -EINTR);
		assert_error_has("Interrupted");
		put(*state, "after\n");
		assert_line(*state, false, "before after");
	}
	signal(SIGALRM, SIG_DFL);
}

static void the_descriptor_is_readable_when_there_is_input(void **state)
{
	const struct fixture *f = *state;
	struct pollfd fd = { .fd = trace_pipe_fd(f->pipe), .events = POLLIN };

	assert_int_equal(poll(&fd, 1, 0), 0);
	put(f, LINE1 "\n");
	assert_int_equal(poll(&fd, 1, 0), 1);
	assert_line(f, true, LINE1);
	assert_int_equal(poll(&fd, 1, 0), 0);
	assert_true(fcntl(fd.fd, F_GETFL) & O_NONBLOCK);
}

static void a_bad_descriptor_is_refused(void **state)
{
	struct trace_pipe *pipe;
	size_t length;
	char *line;
	int fds[2];

	(void)state;
	assert_int_equal(trace_pipe_from_fd(-1, &pipe), -EBADF);
	assert_null(pipe);
	assert_int_equal(pipe2(fds, 0), 0);
	assert_int_equal(trace_pipe_from_fd(fds[1], &pipe), 0); /* the end that cannot be read */
	assert_int_equal(trace_pipe_line(pipe, true, &line, &length), -EBADF);
	assert_error_has("cannot read the trace pipe");
	trace_pipe_close(pipe);
	close(fds[0]);
	trace_pipe_close(NULL);
}

/* Takes no line from anyone: opens, waits for nothing, closes. */
static void the_kernels_pipe_opens(void **state)
{
	struct trace_pipe *pipe;
	int err = trace_pipe_open(&pipe);

	(void)state;
	if (err) {
		assert_null(pipe);
		skip_because("%s", cbcc_last_error());
	}
	assert_true(fcntl(trace_pipe_fd(pipe), F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(trace_pipe_fd(pipe), F_GETFD) & FD_CLOEXEC);
	assert_int_equal(trace_pipe_lost(pipe), 0);
	trace_pipe_close(pipe);
}

#define test_on_pipe(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		test_on_pipe(two_lines_of_one_read_are_two),
		test_on_pipe(a_line_may_come_in_two_parts),
		test_on_pipe(a_line_may_come_byte_by_byte),
		test_on_pipe(trailing_blanks_go_and_leading_ones_stay),
		test_on_pipe(the_line_is_the_callers_to_change),
		test_on_pipe(lost_events_add_up_and_are_lines),
		test_on_pipe(the_end_comes_after_the_last_line),
		test_on_pipe(a_last_line_needs_no_newline),
		test_on_pipe(an_empty_stream_has_no_line),
		test_on_pipe(a_long_line_is_whole_up_to_the_maximum_and_then_cut),
		test_on_pipe(a_long_line_may_be_the_last),
		test_on_pipe(a_blocking_read_waits_for_a_whole_line),
		test_on_pipe(a_signal_interrupts_and_loses_nothing),
		test_on_pipe(the_descriptor_is_readable_when_there_is_input),
		cmocka_unit_test(a_bad_descriptor_is_refused),
		cmocka_unit_test(the_kernels_pipe_opens),
	};

	return run_selected_tests(tests, argc, argv);
}
