/* SPDX-License-Identifier: Apache-2.0 */
/* cbcc_interrupt(): from other threads, signal handlers and callbacks; before a call, and while it waits. */
#include "run.h"
#include "trace.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static const char program[] = "struct event { u64 number; };\n"
			      "BPF_PERF_OUTPUT(perf); BPF_RINGBUF_OUTPUT(ring, 1);\n"
			      "int f(struct bpf_raw_tracepoint_args *ctx) {\n"
			      "	struct event e = { .number = ctx->args[0] };\n"
			      "	perf.perf_submit(ctx, &e, sizeof(e));\n"
			      "	ring.ringbuf_output(&e, sizeof(e), 0);\n"
			      "	return 0;\n"
			      "}\n"
			      "int g(void *ctx) { bpf_trace_printk(\"line\"); return 0; }\n";

struct seen {
	struct cbcc *b;
	bool interrupts; /* from the callback */
	int count;
};

static int on_ring(void *ctx, const void *data, size_t size)
{
	struct seen *seen = ctx;

	(void)data;
	(void)size;
	seen->count++;
	if (seen->interrupts)
		cbcc_interrupt(seen->b);
	return 0;
}

static void on_perf(void *ctx, int cpu, const void *data, size_t size)
{
	(void)cpu;
	on_ring(ctx, data, size);
}

static struct cbcc *opened(struct seen *seen)
{
	const struct cbcc_opts opts = { .sz = sizeof opts, .private_trace = true };

	require_root();
	seen->b = cbcc_new(program, &opts);
	if (!seen->b)
		fail_msg("%s", cbcc_last_error());
	assert_ok(cbcc_open_ring_buffer(seen->b, "ring", on_ring, seen));
	assert_ok(cbcc_open_perf_buffer(seen->b, "perf", on_perf, seen, NULL));
	return seen->b;
}

static int poll_all(struct cbcc *b)
{
	return cbcc_poll(b, -1);
}

static int poll_perf(struct cbcc *b)
{
	return cbcc_perf_buffer_poll(b, -1);
}

static int poll_ring(struct cbcc *b)
{
	return cbcc_ring_buffer_poll(b, -1);
}

static int poll_one(struct cbcc *b)
{
	return cbcc_poll_buffer(b, "ring", -1);
}

static int read_fields(struct cbcc *b)
{
	struct cbcc_trace_line line;

	return cbcc_trace_fields(b, &line, false);
}

static int read_line(struct cbcc *b)
{
	char line[100];

	return cbcc_trace_readline(b, line, sizeof line, false);
}

static int print_lines(struct cbcc *b)
{
	return cbcc_trace_print(b, NULL);
}

/* All that wait until there is output. */
static int (*const waits[])(struct cbcc *) = { poll_all,    poll_perf, poll_ring,  poll_one,
					       read_fields, read_line, print_lines };

#define WAITS (sizeof waits / sizeof *waits)

static bool is_readable(int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };

	return poll(&pollfd, 1, 0) == 1;
}

static void an_interrupt_meets_the_next_call_and_no_other(void **state)
{
	struct seen seen = { 0 };
	struct cbcc *b = opened(&seen);
	struct cbcc_trace_line line;

	(void)state;
	cbcc_interrupt(NULL);
	for (size_t i = 0; i < WAITS; i++) {
		cbcc_interrupt(b);
		cbcc_interrupt(b);
		assert_true(is_readable(cbcc_events_fd(b)));
		assert_int_equal(waits[i](b), -EINTR);
		assert_error_has("cbcc_interrupt()");
		assert_int_equal(cbcc_poll(b, 0), 0);
		assert_int_equal(cbcc_trace_fields(b, &line, true), 0);
		assert_false(is_readable(cbcc_events_fd(b)));
	}
	cbcc_interrupt(b);
	assert_int_equal(cbcc_trace_fields(b, &line, true), -EINTR);
	cbcc_interrupt(b);
	assert_int_equal(cbcc_ring_buffer_consume(b), -EINTR);
	cbcc_free(b);
}

/* Does something once a thread, most likely, waits. */
struct awaiting {
	struct cbcc *b;
	pid_t tid;
	pthread_t thread;
	void (*action)(const struct awaiting *awaiting);
};

static bool sleeps(pid_t tid)
{
	char path[64], stat[512] = "";
	FILE *file;
	const char *comm_end;

	snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
	file = fopen(path, "r");
	if (!file)
		return true;
	if (!fgets(stat, sizeof stat, file))
		*stat = '\0';
	fclose(file);
	comm_end = strrchr(stat, ')');
	return comm_end && comm_end[1] && comm_end[2] == 'S';
}

static void *act_when_it_sleeps(void *ctx)
{
	const struct awaiting *awaiting = ctx;

	for (int i = 0; i < 3000 && !sleeps(awaiting->tid); i++)
		usleep(1000);
	awaiting->action(awaiting);
	return NULL;
}

/* What a call that waits for ever returns when action has been done. */
static int result_of(int (*wait)(struct cbcc *), struct cbcc *b,
		     void (*action)(const struct awaiting *awaiting))
{
	struct awaiting awaiting = { b, gettid(), pthread_self(), action };
	pthread_t thread;
	int result;

	assert_int_equal(pthread_create(&thread, NULL, act_when_it_sleeps, &awaiting), 0);
	result = wait(b);
	pthread_join(thread, NULL);
	return result;
}

static void interrupt(const struct awaiting *awaiting)
{
	cbcc_interrupt(awaiting->b);
}

static void another_thread_ends_what_waits(void **state)
{
	struct seen seen = { 0 };
	struct cbcc *b = opened(&seen);

	(void)state;
	for (size_t i = 0; i < WAITS; i++) {
		assert_int_equal(result_of(waits[i], b, interrupt), -EINTR);
		assert_error_has("cbcc_interrupt()");
		assert_int_equal(cbcc_poll(b, 0), 0);
	}
	cbcc_free(b);
}

static struct cbcc *volatile signalled;

static void on_signal(int number)
{
	(void)number;
	cbcc_interrupt(signalled);
}

static void send_signal(const struct awaiting *awaiting)
{
	pthread_kill(awaiting->thread, SIGUSR1);
}

static void a_signal_handler_ends_what_waits_once(void **state)
{
	const struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct seen seen = { 0 };
	struct cbcc *b = opened(&seen);
	struct cbcc_trace_line line;

	(void)state;
	signalled = b;
	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	for (size_t i = 0; i < WAITS; i++) {
		assert_int_equal(result_of(waits[i], b, send_signal), -EINTR);
		assert_error_has("cbcc_interrupt()");
		assert_int_equal(cbcc_poll(b, 0), 0);
		assert_int_equal(cbcc_trace_fields(b, &line, true), 0);
	}
	signalled = NULL;
	cbcc_free(b);
}

static void submit_three(struct cbcc *b)
{
	for (uint64_t i = 0; i < 3; i++)
		run_function_with(b, "f", (uint64_t[RUN_ARGS_MAX]){ i });
}

static void a_callback_interrupts_between_two_events(void **state)
{
	struct seen seen = { .interrupts = true };
	struct cbcc *b = opened(&seen);

	(void)state;
	submit_three(b);
	for (int i = 1; i <= 6; i++) {
		assert_int_equal(cbcc_poll(b, -1), -EINTR);
		assert_int_equal(seen.count, i);
	}
	assert_int_equal(cbcc_poll(b, 0), 0);
	submit_three(b);
	assert_int_equal(cbcc_poll(b, -1), -EINTR);
	seen.interrupts = false;
	assert_int_equal(cbcc_poll(b, -1), 5);
	assert_int_equal(seen.count, 12);
	cbcc_free(b);
}

static void a_line_is_still_there_after_an_interrupt(void **state)
{
	struct seen seen = { 0 };
	struct cbcc *b = opened(&seen);
	struct cbcc_trace_line line;

	(void)state;
	run_function(b, "g");
	cbcc_interrupt(b);
	assert_int_equal(cbcc_trace_fields(b, &line, false), -EINTR);
	assert_int_equal(cbcc_trace_fields(b, &line, false), 1);
	assert_string_equal(line.msg, "line");
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interrupt_meets_the_next_call_and_no_other),
		cmocka_unit_test(another_thread_ends_what_waits),
		cmocka_unit_test(a_signal_handler_ends_what_waits_once),
		cmocka_unit_test(a_callback_interrupts_between_two_events),
		cmocka_unit_test(a_line_is_still_there_after_an_interrupt),
	};

	return run_selected_tests(tests, argc, argv);
}
