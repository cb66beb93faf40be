/* SPDX-License-Identifier: Apache-2.0 */
/* Events of programs that are attached: through a perf buffer, a ring buffer, a private trace stream. */
#include "trace.h"

#include <errno.h>
#include <unistd.h>

#define TRACEPOINT "syscalls:sys_enter_getpgid"

static const char program[] = "struct event { u32 pid; char comm[16]; };\n"
			      "BPF_PERF_OUTPUT(perf); BPF_RINGBUF_OUTPUT(ring, 1);\n"
			      "int f(void *ctx) {\n"
			      "	struct event e = { .pid = bpf_get_current_pid_tgid() >> 32 };\n"
			      "	if (!OURS) return 0;\n"
			      "	bpf_get_current_comm(e.comm, sizeof(e.comm));\n"
			      "	perf.perf_submit(ctx, &e, sizeof(e));\n"
			      "	ring.ringbuf_output(&e, sizeof(e), 0);\n"
			      "	bpf_trace_printk(\"%s calls\", e.comm);\n"
			      "	return 0;\n"
			      "}\n";

struct event {
	uint32_t pid;
	char comm[16];
};

struct seen {
	struct cbcc *b;
	int perf, ring;
	struct event last;
};

static int on_ring(void *ctx, const void *data, size_t size)
{
	struct seen *seen = ctx;

	assert_int_equal(size, sizeof seen->last);
	memcpy(&seen->last, data, size);
	seen->ring++;
	return 0;
}

/* Detaches the program while its events are read. */
static void on_perf(void *ctx, int cpu, const void *data, size_t size)
{
	struct seen *seen = ctx;

	(void)cpu;
	assert_int_equal(size, sizeof seen->last);
	memcpy(&seen->last, data, size);
	seen->perf++;
	assert_ok(cbcc_detach_tracepoint(seen->b, TRACEPOINT));
}

static void call_getpgid(void)
{
	getpgid(0);
}

static struct cbcc *attached(bool private_trace)
{
	const struct cbcc_opts opts = { .sz = sizeof opts, .private_trace = private_trace };
	struct cbcc *b;

	require_root();
	b = new_only_ours(program, &opts);
	assert_ok(cbcc_attach_tracepoint(b, TRACEPOINT, "f"));
	return b;
}

static void a_callback_detaches_what_it_hears_of(void **state)
{
	struct seen seen = { .b = attached(true) };
	pid_t pid;

	(void)state;
	assert_ok(cbcc_open_ring_buffer(seen.b, "ring", on_ring, &seen));
	assert_ok(cbcc_open_perf_buffer(seen.b, "perf", on_perf, &seen, NULL));
	pid = run_child(call_getpgid);
	assert_int_equal(cbcc_poll(seen.b, 10000), 2);
	assert_int_equal(seen.perf, 1);
	assert_int_equal(seen.ring, 1);
	assert_int_equal(seen.last.pid, pid);
	assert_string_equal(seen.last.comm, our_comm());
	run_child(call_getpgid);
	assert_int_equal(cbcc_poll(seen.b, 100), 0);
	assert_int_equal(cbcc_events_lost(seen.b), 0);
	cbcc_free(seen.b);
}

static void private_traces_run_side_by_side(void **state)
{
	struct cbcc *a = attached(true), *b = attached(true);
	char message[40];
	pid_t pid = run_child(call_getpgid);

	(void)state;
	snprintf(message, sizeof message, "%s calls", our_comm());
	expect_message(a, pid, message);
	expect_message(b, pid, message);
	expect_silence(a, pid);
	assert_int_equal(cbcc_trace_lost(a), 0);
	cbcc_free(a);
	pid = run_child(call_getpgid);
	expect_message(b, pid, message);
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_callback_detaches_what_it_hears_of),
		cmocka_unit_test(private_traces_run_side_by_side),
	};

	return run_selected_tests(tests, argc, argv);
}
