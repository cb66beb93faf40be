/* SPDX-License-Identifier: Apache-2.0 */
/* Perf buffers and ring buffers, filled by programs that are run here, and read through the public calls. */
#include "run.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "handle.h"
#include "loader/program.h"
#include "readers/event_type.h"

/* What a callback has seen. */
struct seen {
	struct cbcc *b;
	uint64_t events, sum, lost;
	size_t size;
	int cpu;
	uint64_t value;
	int result;
	int polled;
};

struct event {
	uint64_t value;
	char text[32];
};

static const char both[] =
	"struct event { u64 value; char text[32]; };\n"
	"BPF_PERF_OUTPUT(perf); BPF_PERF_OUTPUT(other); BPF_RINGBUF_OUTPUT(ring, 8);\n"
	"int p(struct bpf_raw_tracepoint_args *ctx) {\n"
	"	struct event e = { 42, \"hello\" }; return perf.perf_submit(ctx, &e, sizeof e);\n"
	"}\n"
	"int o(struct bpf_raw_tracepoint_args *ctx) {\n"
	"	struct event e = { 7, \"other\" }; return other.perf_submit(ctx, &e, sizeof e);\n"
	"}\n"
	"int r(struct bpf_raw_tracepoint_args *ctx) {\n"
	"	struct event e = { 43, \"ring\" }; return ring.ringbuf_output(&e, sizeof e, 0);\n"
	"}\n";

static void note(struct seen *seen, const void *data, size_t size)
{
	seen->events++;
	seen->size = size;
	memcpy(&seen->value, data, sizeof seen->value);
	seen->sum += seen->value;
}

static void on_perf(void *ctx, int cpu, const void *data, size_t size)
{
	struct seen *seen = ctx;

	seen->cpu = cpu;
	note(seen, data, size);
}

static void on_lost(void *ctx, int cpu, uint64_t count)
{
	struct seen *seen = ctx;

	(void)cpu;
	seen->lost += count;
}

static int on_ring(void *ctx, const void *data, size_t size)
{
	struct seen *seen = ctx;

	note(seen, data, size);
	return seen->result;
}

static void an_event_arrives_with_its_value_its_size_and_its_cpu(void **state)
{
	struct seen perf = { 0 }, ring = { 0 };
	struct cbcc *b = compiled(both);

	(void)state;
	assert_ok(cbcc_open_perf_buffer(b, "perf", on_perf, &perf, NULL));
	assert_ok(cbcc_open_ring_buffer(b, "ring", on_ring, &ring));
	assert_int_equal(cbcc_poll(b, 0), 0);
	assert_int_equal(run_function(b, "p"), 0);
	assert_int_equal(cbcc_perf_buffer_poll(b, -1), 1);
	assert_int_equal(perf.value, 42);
	assert_int_equal(perf.size, sizeof(struct event)); /* the kernel stores 44 bytes */
	assert_true(perf.cpu >= 0 && perf.cpu < libbpf_num_possible_cpus());
	assert_int_equal(run_function(b, "r"), 0);
	assert_int_equal(cbcc_ring_buffer_poll(b, -1), 1);
	assert_int_equal(ring.value, 43);
	assert_int_equal(ring.size, sizeof(struct event));
	assert_int_equal(cbcc_poll(b, 0), 0);
	assert_int_equal(cbcc_events_lost(b), 0);
	cbcc_free(b);
}

static void on_text(void *ctx, int cpu, const void *data, size_t size)
{
	struct cbcc *b = *(struct cbcc **)ctx;
	const struct cbcc_type *type = cbcc_event_type(b, "perf");
	char text[100] = "";

	(void)cpu;
	assert_int_equal(cbcc_type_size(type), size);
	assert_ok(cbcc_type_format(type, data, text, sizeof text, CBCC_STYLE_JSON));
	assert_string_equal(text, "{\"value\": 42, \"text\": \"hello\"}");
}

static void an_event_is_written_by_its_type(void **state)
{
	struct cbcc *b = compiled(both);

	(void)state;
	assert_ok(cbcc_open_perf_buffer(b, "perf", on_text, &b, NULL));
	run_function(b, "p");
	assert_int_equal(cbcc_poll(b, -1), 1);
	assert_string_equal(cbcc_type_name(cbcc_event_type(b, "ring")), "struct event");
	assert_null(cbcc_event_type(b, "none"));
	assert_int_equal(errno, ENOENT);
	cbcc_free(b);
}

static void several_buffers_are_read_in_one_poll(void **state)
{
	struct seen perf = { 0 }, other = { 0 }, ring = { 0 };
	struct cbcc *b = compiled(both);

	(void)state;
	assert_ok(cbcc_open_ring_buffer(b, "ring", on_ring, &ring));
	assert_ok(cbcc_open_perf_buffer(b, "perf", on_perf, &perf, NULL));
	assert_ok(cbcc_open_perf_buffer(b, "other", on_perf, &other, NULL));
	run_function(b, "p");
	run_function(b, "o");
	run_function(b, "r");
	run_function(b, "r");
	assert_int_equal(cbcc_poll(b, -1), 4);
	assert_int_equal(perf.sum, 42);
	assert_int_equal(other.sum, 7);
	assert_int_equal(ring.sum, 86);
	run_function(b, "p");
	run_function(b, "o");
	run_function(b, "r");
	assert_int_equal(cbcc_poll_buffer(b, "other", -1), 1);
	assert_int_equal(cbcc_ring_buffer_consume(b), 1);
	assert_int_equal(cbcc_perf_buffer_consume(b), 1);
	assert_int_equal(perf.events + other.events + ring.events, 7);
	cbcc_free(b);
}

static bool is_readable(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, 0) == 1;
}

static void one_descriptor_says_that_there_are_events(void **state)
{
	struct seen perf = { 0 }, ring = { 0 };
	struct cbcc *b = compiled(both);
	int fd = cbcc_events_fd(b);

	(void)state;
	assert_ok(fd);
	assert_ok(cbcc_open_perf_buffer(b, "perf", on_perf, &perf, NULL));
	assert_ok(cbcc_open_ring_buffer(b, "ring", on_ring, &ring));
	assert_false(is_readable(fd));
	run_function(b, "p");
	assert_true(is_readable(fd)); /* which takes it from the kernel, and must not hide the event */
	assert_int_equal(cbcc_poll(b, -1), 1);
	run_function(b, "r");
	assert_true(is_readable(fd));
	assert_int_equal(cbcc_poll(b, 0), 1);
	assert_false(is_readable(fd));
	cbcc_free(b);
}

static void a_negative_result_of_a_callback_ends_the_poll(void **state)
{
	struct seen ring = { .result = -7 };
	struct cbcc *b = compiled(both);

	(void)state;
	assert_ok(cbcc_open_ring_buffer(b, "ring", on_ring, &ring));
	run_function(b, "r");
	run_function(b, "r");
	assert_int_equal(cbcc_ring_buffer_poll(b, -1), -7);
	assert_int_equal(ring.events, 1);
	ring.result = 0;
	assert_int_equal(cbcc_ring_buffer_poll(b, -1), 1);
	assert_int_equal(ring.events, 2);
	cbcc_free(b);
}

static void do_nothing(int number)
{
	(void)number;
}

static void a_signal_ends_the_wait(void **state)
{
	const struct sigaction action = { .sa_handler = do_nothing, .sa_flags = SA_RESTART };
	const struct itimerval soon = { .it_value.tv_usec = 50000 };
	struct seen perf = { 0 };
	struct cbcc *b = compiled(both);

	(void)state;
	assert_ok(cbcc_open_perf_buffer(b, "perf", on_perf, &perf, NULL));
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_int_equal(cbcc_perf_buffer_poll(b, -1), -EINTR);
	run_function(b, "p");
	assert_int_equal(cbcc_poll(b, 1000), 1);
	assert_int_equal(cbcc_poll(b, 20), 0);
	cbcc_free(b);
}

static int free_in_ring(void *ctx, const void *data, size_t size)
{
	struct seen *seen = ctx;

	note(seen, data, size);
	cbcc_free(seen->b);
	cbcc_free(seen->b); /* it is there until the callback returns */
	return 0;
}

static void free_in_perf(void *ctx, int cpu, const void *data, size_t size)
{
	(void)cpu;
	free_in_ring(ctx, data, size);
}

static void a_callback_may_free_the_handle(void **state)
{
	struct seen first = { 0 }, never = { 0 };

	(void)state;
	first.b = compiled(both);
	assert_ok(cbcc_open_ring_buffer(first.b, "ring", on_ring, &never));
	assert_ok(cbcc_open_perf_buffer(first.b, "perf", free_in_perf, &first, NULL));
	run_function(first.b, "r");
	run_function(first.b, "p");
	run_function(first.b, "p");
	assert_int_equal(cbcc_poll(first.b, -1), 1);
	assert_int_equal(first.events, 1);
	assert_int_equal(never.events, 0);

	first.b = compiled(both);
	assert_ok(cbcc_open_ring_buffer(first.b, "ring", free_in_ring, &first));
	run_function(first.b, "r");
	run_function(first.b, "r");
	assert_int_equal(cbcc_poll(first.b, -1), 1);
	assert_int_equal(first.events, 2);
}

static int close_in_ring(void *ctx, const void *data, size_t size)
{
	struct seen *seen = ctx;

	note(seen, data, size);
	assert_ok(cbcc_close_buffer(seen->b, "ring"));
	assert_int_equal(cbcc_close_buffer(seen->b, "ring"), -ENOENT);
	assert_int_equal(cbcc_open_ring_buffer(seen->b, "ring", close_in_ring, seen), -EBUSY);
	assert_ok(cbcc_open_perf_buffer(seen->b, "other", on_perf, seen, NULL));
	seen->polled = cbcc_poll(seen->b, 0);
	return 0;
}

static void a_callback_may_close_and_open_buffers_and_not_poll(void **state)
{
	struct seen ring = { 0 };
	struct cbcc *b = compiled(both);

	(void)state;
	ring.b = b;
	assert_ok(cbcc_open_ring_buffer(b, "ring", close_in_ring, &ring));
	run_function(b, "r");
	run_function(b, "r");
	assert_int_equal(cbcc_ring_buffer_poll(b, -1), 1);
	assert_int_equal(ring.polled, -EBUSY);
	assert_int_equal(cbcc_ring_buffer_poll(b, 0), -ENOENT);
	assert_error_has("no ring buffer is open");
	run_function(b, "o");
	assert_int_equal(cbcc_poll(b, -1), 1);
	assert_int_equal(ring.value, 7);
	ring.result = 0;
	assert_ok(cbcc_open_ring_buffer(b, "ring", on_ring, &ring));
	assert_int_equal(cbcc_poll(b, 0), 1); /* the one that was left */
	cbcc_free(b);
}

static void what_cannot_be_opened_says_why(void **state)
{
	struct cbcc_perf_buffer_opts opts = { .sz = sizeof opts, .page_cnt = 3 };
	struct cbcc *b = compiled("BPF_HASH(h); BPF_PERF_OUTPUT(p); int f(void *ctx) { return 0; }");

	(void)state;
	assert_int_equal(cbcc_open_perf_buffer(b, "none", on_perf, NULL, NULL), -ENOENT);
	assert_error_has("no map 'none'");
	assert_int_equal(cbcc_open_perf_buffer(b, "h", on_perf, NULL, NULL), -EINVAL);
	assert_error_has("of type hash, not perf_event_array");
	assert_int_equal(cbcc_open_ring_buffer(b, "p", on_ring, NULL), -EINVAL);
	assert_int_equal(cbcc_open_perf_buffer(b, "p", on_perf, NULL, &opts), -EINVAL);
	assert_error_has("3 pages");
	assert_int_equal(cbcc_open_perf_buffer(b, "p", NULL, NULL, NULL), -EINVAL);
	assert_int_equal(cbcc_open_perf_buffer(b, NULL, on_perf, NULL, NULL), -EINVAL);
	assert_int_equal(cbcc_poll(b, -1), -ENOENT);
	assert_ok(cbcc_open_perf_buffer(b, "p", on_perf, NULL, NULL));
	assert_int_equal(cbcc_open_perf_buffer(b, "p", on_perf, NULL, NULL), -EEXIST);
	assert_int_equal(cbcc_poll_buffer(b, "none", 0), -ENOENT);
	assert_int_equal(cbcc_poll(NULL, 0), -EINVAL);
	cbcc_free(b);
}

static void sizes_that_differ_arrive_as_the_kernel_stores_them(void **state)
{
	struct seen perf = { 0 };
	struct cbcc *b = compiled("BPF_PERF_OUTPUT(perf);\n"
				  "int small(struct bpf_raw_tracepoint_args *ctx) {\n"
				  "	u64 v[2] = { 1, 2 }; return perf.perf_submit(ctx, v, 13);\n"
				  "}\n"
				  "int large(struct bpf_raw_tracepoint_args *ctx) {\n"
				  "	u64 v[2] = { 1, 2 }; return perf.perf_submit(ctx, v, sizeof v);\n"
				  "}");

	(void)state;
	assert_ok(cbcc_open_perf_buffer(b, "perf", on_perf, &perf, NULL));
	run_function(b, "small");
	assert_int_equal(cbcc_poll(b, -1), 1);
	assert_int_equal(perf.size, 20);
	cbcc_free(b);
}

static void later_wake_ups_leave_events_to_be_consumed(void **state)
{
	struct cbcc_perf_buffer_opts opts = { .sz = sizeof opts, .page_cnt = 1, .wakeup_events = 1000 };
	struct seen perf = { 0 };
	struct cbcc *b = compiled(both);

	(void)state;
	assert_ok(cbcc_open_perf_buffer(b, "perf", on_perf, &perf, &opts));
	run_function(b, "p");
	assert_false(is_readable(cbcc_events_fd(b)));
	assert_int_equal(cbcc_perf_buffer_consume(b), 1);
	cbcc_free(b);
}

/* Runs a program of the handle so often, on one processor. */
static void run_on(struct cbcc *b, const char *fn, uint32_t cpu, int times)
{
	const uint64_t args[RUN_ARGS_MAX] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof args, .cpu = cpu,
		    .flags = BPF_F_TEST_RUN_ON_CPU);
	struct program *program;

	assert_int_equal(program_get(b, handle_function(b, fn), BPF_PROG_TYPE_RAW_TRACEPOINT, &program), 0);
	for (int i = 0; i < times; i++)
		assert_int_equal(bpf_prog_test_run_opts(bpf_program__fd(program->bpf), &opts), 0);
}

static void events_name_the_cpu_they_come_from(void **state)
{
	int cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct seen perf = { 0 };
	struct cbcc *b = compiled(both);

	(void)state;
	assert_ok(cbcc_open_perf_buffer(b, "perf", on_perf, &perf, NULL));
	for (int cpu = 0; cpu < cpus; cpu++) {
		run_on(b, "p", cpu, 1);
		assert_int_equal(cbcc_poll(b, -1), 1);
		assert_int_equal(perf.cpu, cpu);
	}
	cbcc_free(b);
}

/* A run submits so many events to each buffer. */
#define BURST 250

static const char load[] =
	"BPF_PERF_OUTPUT(perf); BPF_RINGBUF_OUTPUT(ring, 64); BPF_PERCPU_ARRAY(failed, u64, 1);\n"
	"int burst(struct bpf_raw_tracepoint_args *ctx) {\n"
	"	u64 e[4] = { 1 };\n"
	"	for (int i = 0; i < 250; i++) {\n"
	"		perf.perf_submit(ctx, e, sizeof e);\n"
	"		if (ring.ringbuf_output(e, sizeof e, 0)) failed.increment(0);\n"
	"	}\n"
	"	return 0;\n"
	"}\n"
	"int last(struct bpf_raw_tracepoint_args *ctx) {\n"
	"	u64 e[4] = { 1 }; return perf.perf_submit(ctx, e, sizeof e);\n"
	"}\n";

static uint64_t failures(struct cbcc *b)
{
	struct bpf_map *map = bpf_object__find_map_by_name(b->maps, "failed");
	uint64_t counts[256] = { 0 }, sum = 0;
	int zero = 0;

	assert_int_equal(bpf_map_lookup_elem(bpf_map__fd(map), &zero, counts), 0);
	for (int i = 0; i < 256; i++)
		sum += counts[i];
	return sum;
}

/* A million to each buffer; who reads them comes too late again and again. */
static void of_a_million_events_none_is_unaccounted_for(void **state)
{
	const struct cbcc_perf_buffer_opts opts = { .sz = sizeof opts, .lost = on_lost, .page_cnt = 8 };
	struct cbcc *b = compiled(load);
	struct seen perf = { 0 }, ring = { 0 };
	uint32_t cpus = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t sent = 0;

	(void)state;
	assert_ok(cbcc_open_perf_buffer(b, "perf", on_perf, &perf, &opts));
	assert_ok(cbcc_open_ring_buffer(b, "ring", on_ring, &ring));
	for (uint32_t i = 0; i < 4000; i++, sent += BURST) {
		run_on(b, "burst", i % cpus, 1);
		if (i % 40 == 39)
			assert_true(cbcc_poll(b, 0) > 0);
	}
	while (cbcc_poll(b, 0) > 0)
		;
	for (uint32_t cpu = 0; cpu < cpus; cpu++)
		run_on(b, "last", cpu, 1); /* the kernel tells what was lost with the next event */
	while (cbcc_poll(b, 0) > 0)
		;
	assert_int_equal(sent, 1000000);
	assert_true(perf.lost > 0 && perf.events > 0);
	assert_int_equal(perf.events + perf.lost, sent + cpus);
	assert_int_equal(cbcc_events_lost(b), perf.lost);
	assert_int_equal(cbcc_buffer_lost(b, "perf"), perf.lost);
	assert_true(failures(b) > 0);
	assert_int_equal(ring.events + failures(b), sent);
	assert_int_equal(ring.sum, ring.events);
	assert_int_equal(perf.sum, perf.events);
	assert_ok(cbcc_close_buffer(b, "perf"));
	assert_int_equal(cbcc_events_lost(b), perf.lost);
	cbcc_free(b);
}

/* The member of that name of the struct of a map's events. */
static struct btf_member member_of(struct cbcc *b, const char *map, const char *name, const struct btf **btf)
{
	int id = cbcc_event_type_id(b, map, btf);
	const struct btf_type *type;

	assert_ok(id);
	type = btf__type_by_id(*btf, btf__resolve_type(*btf, id));
	assert_true(btf_is_struct(type));
	for (int i = 0; i < btf_vlen(type); i++)
		if (strcmp(btf__name_by_offset(*btf, btf_members(type)[i].name_off), name) == 0)
			return btf_members(type)[i];
	fail_msg("no member %s", name);
	return (struct btf_member){ 0 };
}

static void the_object_describes_what_events_are_made_of(void **state)
{
	struct cbcc *b = compiled(
		"#include <bpf/bpf_helpers.h>\n"
		"struct inner { u16 port; struct in6_addr address; };\n"
		"typedef struct { u32 pid; u64 ns; struct inner where; } event_t;\n"
		"struct other { u8 a; u64 b; };\n"
		"struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } plain "
		"SEC(\".maps\");\n"
		"BPF_PERF_OUTPUT(perf); BPF_RINGBUF_OUTPUT(ring, 1); BPF_PERF_OUTPUT(number);\n"
		"int f(struct bpf_raw_tracepoint_args *ctx) {\n"
		"	event_t e = {}; u32 n = 1; struct other *o;\n"
		"	perf.perf_submit(ctx, &e, sizeof e); number.perf_submit(ctx, &n, sizeof n);\n"
		"	o = ring.ringbuf_reserve(sizeof *o); if (o) ring.ringbuf_discard(o, 0);\n"
		"	o = bpf_ringbuf_reserve(&plain, sizeof *o, 0); if (o) bpf_ringbuf_discard(o, 0);\n"
		"	return 0;\n"
		"}");
	const struct btf *btf;
	struct btf_member member;

	(void)state;
	assert_int_equal(member_of(b, "perf", "ns", &btf).offset, 64);
	member = member_of(b, "perf", "where", &btf);
	assert_int_equal(member.offset, 128);
	assert_int_equal(btf__resolve_size(btf, member.type), 20);
	assert_true(btf__find_by_name_kind(btf, "in6_addr", BTF_KIND_STRUCT) > 0);
	assert_true(btf_vlen(btf__type_by_id(btf, btf__find_by_name_kind(btf, "in6_addr", BTF_KIND_STRUCT))) >
		    0);
	assert_int_equal(btf__resolve_size(btf, cbcc_event_type_id(b, "perf", &btf)), 40);
	assert_int_equal(member_of(b, "ring", "b", &btf).offset, 64);
	assert_int_equal(member_of(b, "plain", "b", &btf).offset, 64);
	assert_int_equal(cbcc_event_type_id(b, "number", &btf), -ENOENT);
	assert_int_equal(cbcc_event_type_id(b, "none", &btf), -ENOENT);
	run_function(b, "f"); /* the kernel takes that BTF */
	for (size_t i = 0; i < b->unit.nmaps; i++) {
		if (strcmp(b->unit.maps[i].name, "perf") == 0)
			assert_string_equal(b->unit.maps[i].event, "event_t");
		if (strcmp(b->unit.maps[i].name, "number") == 0)
			assert_int_equal(b->unit.maps[i].event_size, 4);
	}
	cbcc_free(b);
}

static void assert_event(struct cbcc *b, const char *map, const char *type)
{
	const struct btf *btf;
	int id = cbcc_event_type_id(b, map, &btf);

	print_message("    %s\n", map);
	assert_ok(id);
	while (btf_is_ptr(btf__type_by_id(btf, id)) || btf_is_mod(btf__type_by_id(btf, id)))
		id = btf__type_by_id(btf, id)->type;
	assert_string_equal(btf__name_by_offset(btf, btf__type_by_id(btf, id)->name_off), type);
}

static void events_may_be_members_of_what_maps_and_variables_have(void **state)
{
	struct cbcc *b = compiled(
		"struct event { u32 pid; u64 ns; }; struct small { u32 a; };\n"
		"typedef struct { u8 x[7]; } named_t;\n"
		"struct state { u64 count; struct event event; struct { named_t named; struct small s[4]; "
		"};\n"
		"	union { struct small other; struct event in_union; }; struct event *where; };\n"
		"struct wrapped { struct event only; };\n"
		"BPF_PERCPU_ARRAY(states, struct state, 1); BPF_HASH(wraps, int, struct wrapped);\n"
		"static struct state global; static struct event list[4];\n"
		"BPF_PERF_OUTPUT(of_map); BPF_PERF_OUTPUT(of_first); BPF_PERF_OUTPUT(of_named);\n"
		"BPF_PERF_OUTPUT(of_array); BPF_PERF_OUTPUT(of_any); BPF_PERF_OUTPUT(of_union);\n"
		"BPF_PERF_OUTPUT(of_global); BPF_PERF_OUTPUT(of_list); BPF_PERF_OUTPUT(of_all);\n"
		"BPF_PERF_OUTPUT(of_local); BPF_RINGBUF_OUTPUT(of_reserved, 1); BPF_RINGBUF_OUTPUT(of_either, 1);\n"
		"BPF_PERF_OUTPUT(of_part);\n"
		"static void send(void *ctx, struct state *s) {\n"
		"	of_named.perf_submit(ctx, &s->named, sizeof(s->named));\n"
		"}\n"
		"int f(struct bpf_raw_tracepoint_args *ctx) {\n"
		"	int zero = 0; struct state *s = states.lookup(&zero); struct state local = {};\n"
		"	struct wrapped *w = wraps.lookup(&zero);\n"
		"	if (!s) return 0;\n"
		"	of_map.perf_submit(ctx, &s->event, sizeof(s->event)); send(ctx, s);\n"
		"	if (w) of_first.perf_submit(ctx, &w->only, sizeof(w->only));\n"
		"	of_array.perf_submit(ctx, &s->s[2], sizeof(s->s[2]));\n"
		"	of_any.perf_submit(ctx, &s->s[bpf_get_smp_processor_id() & 3], sizeof(struct "
		"small));\n"
		"	of_union.perf_submit(ctx, &s->in_union, sizeof(s->in_union));\n"
		"	of_global.perf_submit(ctx, &global.event, sizeof global.event);\n"
		"	of_list.perf_submit(ctx, &list[1], sizeof list[1]);\n"
		"	of_all.perf_submit(ctx, &global, sizeof global);\n"
		"	of_local.perf_submit(ctx, &local.event, sizeof local.event);\n"
		"	of_part.perf_submit(ctx, &s->event, offsetof(struct event, ns));\n"
		"	s->where = of_reserved.ringbuf_reserve(sizeof *s->where);\n"
		"	if (s->where) of_reserved.ringbuf_discard(s->where, 0);\n"
		"	struct event *either = ctx->args[0] ? of_either.ringbuf_reserve(sizeof *either) : NULL;\n"
		"	if (either) of_either.ringbuf_discard(either, 0);\n"
		"	return 0;\n"
		"}");

	(void)state;
	assert_event(b, "of_map", "event");
	assert_event(b, "of_first", "event");
	assert_event(b, "of_named", "named_t");
	assert_event(b, "of_array", "small");
	assert_event(b, "of_any", "small");
	assert_event(b, "of_union", "event");
	assert_event(b, "of_global", "event");
	assert_event(b, "of_list", "event");
	assert_event(b, "of_all", "state");
	assert_event(b, "of_local", "event");
	assert_event(b, "of_part", "event");
	assert_event(b, "of_reserved", "event");
	assert_event(b, "of_either", "event");
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_arrives_with_its_value_its_size_and_its_cpu),
		cmocka_unit_test(an_event_is_written_by_its_type),
		cmocka_unit_test(several_buffers_are_read_in_one_poll),
		cmocka_unit_test(one_descriptor_says_that_there_are_events),
		cmocka_unit_test(a_negative_result_of_a_callback_ends_the_poll),
		cmocka_unit_test(a_signal_ends_the_wait),
		cmocka_unit_test(a_callback_may_free_the_handle),
		cmocka_unit_test(a_callback_may_close_and_open_buffers_and_not_poll),
		cmocka_unit_test(what_cannot_be_opened_says_why),
		cmocka_unit_test(sizes_that_differ_arrive_as_the_kernel_stores_them),
		cmocka_unit_test(later_wake_ups_leave_events_to_be_consumed),
		cmocka_unit_test(events_name_the_cpu_they_come_from),
		cmocka_unit_test(of_a_million_events_none_is_unaccounted_for),
		cmocka_unit_test(the_object_describes_what_events_are_made_of),
		cmocka_unit_test(events_may_be_members_of_what_maps_and_variables_have),
	};

	return run_selected_tests(tests, argc, argv);
}
