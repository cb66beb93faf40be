/* SPDX-License-Identifier: Apache-2.0 */
/* The ways to declare a map, and what each kind has of its own. */
#include "run.h"

#include <bpf/libbpf.h>
#include <bpf/bpf.h>
#include <string.h>
#include <unistd.h>

#include "handle.h"
#include "loader/program.h"

static struct bpf_map *map_of(struct cbcc *b, const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(b->programs->object, name);

	if (!map)
		fail_msg("no map %s", name);
	return map;
}

/* One line for each way to declare a map. */
static const struct declaration {
	const char *text;
	enum bpf_map_type type;
	uint32_t key_size, value_size, max_entries, flags;
} declarations[] = {
	{ "BPF_HASH(m);", BPF_MAP_TYPE_HASH, 8, 8, 10240, 0 },
	{ "BPF_HASH(m, u32);", BPF_MAP_TYPE_HASH, 4, 8, 10240, 0 },
	{ "BPF_HASH(m, u32, struct v);", BPF_MAP_TYPE_HASH, 4, 12, 10240, 0 },
	{ "BPF_HASH(m, struct v, char, SIZE);", BPF_MAP_TYPE_HASH, 12, 1, 99, 0 },
	{ "BPF_TABLE(\"hash\", u32, u64, m, 7);", BPF_MAP_TYPE_HASH, 4, 8, 7, 0 },
	{ "BPF_F_TABLE(\"hash\", u32, u64, m, 7, BPF_F_NO_PREALLOC);", BPF_MAP_TYPE_HASH, 4, 8, 7, 1 },
	{ "BPF_TABLE(\"lru_hash\", u32, u64, m, 7);", BPF_MAP_TYPE_LRU_HASH, 4, 8, 7, 0 },
	{ "BPF_TABLE(\"lru_percpu_hash\", u32, u64, m, 7);", BPF_MAP_TYPE_LRU_PERCPU_HASH, 4, 8, 7, 0 },
	{ "BPF_PERCPU_HASH(m);", BPF_MAP_TYPE_PERCPU_HASH, 8, 8, 10240, 0 },
	{ "BPF_PERCPU_HASH(m, u16, u32, 5);", BPF_MAP_TYPE_PERCPU_HASH, 2, 4, 5, 0 },
	{ "BPF_ARRAY(m);", BPF_MAP_TYPE_ARRAY, 4, 8, 10240, 0 },
	{ "BPF_ARRAY(m, struct v);", BPF_MAP_TYPE_ARRAY, 4, 12, 10240, 0 },
	{ "BPF_ARRAY(m, u32, 3);", BPF_MAP_TYPE_ARRAY, 4, 4, 3, 0 },
	{ "BPF_PERCPU_ARRAY(m, struct v, 3);", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 12, 3, 0 },
	{ "BPF_HISTOGRAM(m);", BPF_MAP_TYPE_ARRAY, 4, 8, 64, 0 },
	{ "BPF_HISTOGRAM(m, s32);", BPF_MAP_TYPE_ARRAY, 4, 8, 64, 0 },
	{ "BPF_HISTOGRAM(m, u32);", BPF_MAP_TYPE_HASH, 4, 8, 64, 0 },
	{ "BPF_HISTOGRAM(m, struct v, 100);", BPF_MAP_TYPE_HASH, 12, 8, 100, 0 },
	{ "BPF_LPM_TRIE(m, struct v, int, 16);", BPF_MAP_TYPE_LPM_TRIE, 12, 4, 16, 1 },
	{ "BPF_STACK_TRACE(m, 1000);", BPF_MAP_TYPE_STACK_TRACE, 4, 1016, 1024, 0 },
	{ "BPF_STACK_TRACE_BUILDID(m, 16);", BPF_MAP_TYPE_STACK_TRACE, 4, 4064, 16, 32 },
	{ "BPF_PROG_ARRAY(m, 8);", BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 8, 0 },
	{ "BPF_PERF_ARRAY(m, 8);", BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 8, 0 },
	{ "BPF_CGROUP_ARRAY(m, 2);", BPF_MAP_TYPE_CGROUP_ARRAY, 4, 4, 2, 0 },
	{ "BPF_DEVMAP(m, 3);", BPF_MAP_TYPE_DEVMAP, 4, 4, 3, BPF_F_RDONLY_PROG },
	{ "BPF_CPUMAP(m, 1);", BPF_MAP_TYPE_CPUMAP, 4, 4, 1, 0 },
	{ "BPF_XSKMAP(m, 3);", BPF_MAP_TYPE_XSKMAP, 4, 4, 3, 0 },
	{ "BPF_QUEUE(m, struct v, 9);", BPF_MAP_TYPE_QUEUE, 0, 12, 9, 0 },
	{ "BPF_STACK(m, u64, 9, 0);", BPF_MAP_TYPE_STACK, 0, 8, 9, 0 },
	{ "BPF_SOCKMAP(m, 4);", BPF_MAP_TYPE_SOCKMAP, 4, 4, 4, 0 },
	{ "BPF_SOCKHASH(m, struct v, 4);", BPF_MAP_TYPE_SOCKHASH, 12, 4, 4, 0 },
	{ "BPF_SK_STORAGE(m, struct v);", BPF_MAP_TYPE_SK_STORAGE, 4, 12, 0, 1 },
	{ "BPF_TASK_STORAGE(m, u64);", BPF_MAP_TYPE_TASK_STORAGE, 4, 8, 0, 1 },
	{ "BPF_INODE_STORAGE(m, u64);", BPF_MAP_TYPE_INODE_STORAGE, 4, 8, 0, 1 },
	{ "BPF_CGROUP_STORAGE(m, u64);", BPF_MAP_TYPE_CGROUP_STORAGE, 16, 8, 0, 0 },
	{ "BPF_PERCPU_CGROUP_STORAGE(m, u64);", BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, 16, 8, 0, 0 },
	/* By the names below the overloads, and by the general forms. */
	{ "BPF_HASH1(m);", BPF_MAP_TYPE_HASH, 8, 8, 10240, 0 },
	{ "BPF_HASH4(m, u32, u16, 5);", BPF_MAP_TYPE_HASH, 4, 2, 5, 0 },
	{ "BPF_ARRAY3(m, u16, 5);", BPF_MAP_TYPE_ARRAY, 4, 2, 5, 0 },
	{ "BPF_HIST3(m, u32, 5);", BPF_MAP_TYPE_HASH, 4, 8, 5, 0 },
	{ "BPF_PERCPU_ARRAY1(m);", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 10240, 0 },
	{ "BPF_QUEUE3(m, u32, 5);", BPF_MAP_TYPE_QUEUE, 0, 4, 5, 0 },
	{ "BPF_STACK4(m, u32, 5, 0);", BPF_MAP_TYPE_STACK, 0, 4, 5, 0 },
	{ "BPF_TABLE_SHARED(\"hash\", u32, u64, m, 7);", BPF_MAP_TYPE_HASH, 4, 8, 7, 0 },
	{ "BPF_TABLE_SHARED(\"hash\", u32, u64, m, 7, BPF_F_NO_PREALLOC);", BPF_MAP_TYPE_HASH, 4, 8, 7, 1 },
	{ "BPF_QUEUESTACK(\"stack\", m, u32, 5, 0);", BPF_MAP_TYPE_STACK, 0, 4, 5, 0 },
	{ "BPF_QUEUESTACK_PUBLIC(\"queue\", m, u32, 5, 0);", BPF_MAP_TYPE_QUEUE, 0, 4, 5, 0 },
	{ "BPF_QUEUESTACK_SHARED(\"queue\", m, u32, 5, 0);", BPF_MAP_TYPE_QUEUE, 0, 4, 5, 0 },
	{ "BPF_XDP_REDIRECT_MAP(\"cpumap\", u32, m, 1);", BPF_MAP_TYPE_CPUMAP, 4, 4, 1, 0 },
	{ "BPF_SOCKMAP_COMMON(m, 4, \"sockmap\", sock_map_update);", BPF_MAP_TYPE_SOCKMAP, 4, 4, 4, 0 },
	{ "BPF_SOCKHASH(m);", BPF_MAP_TYPE_SOCKHASH, 4, 4, 10240, 0 },
	{ "BPF_SOCKHASH_COMMON(m, u64, 4);", BPF_MAP_TYPE_SOCKHASH, 8, 4, 4, 0 },
	{ "BPF_CGROUP_STORAGE_COMMON(m, u64, \"cgroup_storage\");", BPF_MAP_TYPE_CGROUP_STORAGE, 16, 8, 0,
	  0 },
	{ "BPF_TABLE(\"stacktrace\", int, struct bpf_stacktrace, m, 9);", BPF_MAP_TYPE_STACK_TRACE, 4, 1016,
	  16, 0 },
	{ "BPF_TABLE(\"prog\", int, int, m, 9);", BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 9, 0 },
	{ "BPF_HASH(m, u32, u32, 2 * SIZE); BPF_ANNOTATE_KV_PAIR(m, u32, u32);", BPF_MAP_TYPE_HASH, 4, 4, 198,
	  0 },
	{ "BPF_ARRAY(in, u32, 2); BPF_HASH_OF_MAPS(m, \"in\");", BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 10240, 0 },
	{ "BPF_ARRAY(in, u32, 2); BPF_HASH_OF_MAPS(m, u64, \"in\");", BPF_MAP_TYPE_HASH_OF_MAPS, 8, 4, 10240,
	  0 },
	{ "BPF_HASH(in, u32, u64, 5); BPF_ARRAY_OF_MAPS(m, \"in\", 6);", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 6,
	  0 },
	{ "BPF_HASH_OF_MAPS(m, u64, \"in\", 6); BPF_ARRAY(in, u32, 2);", BPF_MAP_TYPE_HASH_OF_MAPS, 8, 4, 6,
	  0 },
};

static void declare(const struct declaration *d)
{
	char text[512];
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof info;
	struct cbcc *b;

	snprintf(text, sizeof text,
		 "struct v { int a[3]; }; enum { SIZE = 99 };\n%s\nint f(void *ctx) { return 1; }", d->text);
	b = compiled(text);
	assert_int_equal(run_function(b, "f"), 1);
	assert_int_equal(bpf_obj_get_info_by_fd(bpf_map__fd(map_of(b, "m")), &info, &size), 0);
	if (info.type != d->type || info.key_size != d->key_size || info.value_size != d->value_size ||
	    info.max_entries != d->max_entries || info.map_flags != d->flags)
		fail_msg("%s type %u, key %u, value %u, entries %u, flags %u", d->text, info.type,
			 info.key_size, info.value_size, info.max_entries, info.map_flags);
	assert_string_equal(info.name, "m");
	cbcc_free(b);
}

static void every_declaration_makes_its_map(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof declarations / sizeof *declarations; i++) {
		enum bpf_map_type type = declarations[i].type;

		/* Comes with LSM programs, which a kernel may be built without. */
		if (type == BPF_MAP_TYPE_INODE_STORAGE && libbpf_probe_bpf_map_type(type, NULL) == 0)
			continue;
		declare(&declarations[i]);
	}
}

static void a_map_needs_no_macro(void **state)
{
	(void)state;
	assert_int_equal(
		run("struct table { u32 key; u32 leaf; u32 *(*lookup)(u32 *); int (*update)(u32 *, u32 *); "
		    "int max_entries; int flags; };\n"
		    "__attribute__((section(\"maps/hash\"))) struct table t = { .max_entries = 8 };\n"
		    "int f(void *ctx) {\n"
		    "	u32 k = 1, v = 42, *p;\n"
		    "	t.update(&k, &v); p = t.lookup(&k);\n"
		    "	return p ? *p : 0;\n"
		    "}"),
		42);
}

static void maps_in_libbpfs_form_work(void **state)
{
	(void)state;
	assert_int_equal(run("struct { int (*type)[1]; int (*max_entries)[8]; u32 *key; u32 *value; } x "
			     "SEC(\".maps\");\n"
			     "BPF_HASH(h, u32, u32);\n"
			     "int f(void *ctx) {\n"
			     "	u32 k = 1, v = 40, *p, *q; h.increment(k, 2);\n"
			     "	bpf_map_update_elem(&x, &k, &v, BPF_ANY);\n"
			     "	p = bpf_map_lookup_elem(&x, &k); q = h.lookup(&k);\n"
			     "	return p && q ? *p + *q : 0;\n"
			     "}"),
			 42);
}

static void per_cpu_maps_have_the_cpus_own_value(void **state)
{
	(void)state;
	assert_int_equal(run("BPF_PERCPU_ARRAY(a, u64, 2); BPF_PERCPU_HASH(h, u32);\n"
			     "int f(void *ctx) {\n"
			     "	int k = 1; u32 l = 7; u64 *p, *q;\n"
			     "	a.increment(k, 4); h.increment(l); h.increment(l);\n"
			     "	p = a.lookup(&k); q = h.lookup(&l);\n"
			     "	return p && q ? *p * 10 + *q : 0;\n"
			     "}"),
			 42);
}

static void queues_and_stacks(void **state)
{
	(void)state;
	assert_int_equal(
		run("BPF_QUEUE(q, u32, 2); BPF_STACK(s, u32, 10);\n"
		    "int f(void *ctx) {\n"
		    "	u32 v, r = 0;\n"
		    "	for (int i = 1; i <= 3; i++) { v = i; q.push(&v, BPF_EXIST); s.push(&v, 0); }\n"
		    "	q.pop(&v); r = v; q.peek(&v); r = 10 * r + v; s.pop(&v); r = 10 * r + v;\n"
		    "	s.peek(&v); return 10 * r + v;\n"
		    "}"),
		2332);
}

static void longest_prefixes_match(void **state)
{
	(void)state;
	assert_int_equal(
		run("struct key { u32 bits; u8 b[4]; };\n"
		    "BPF_LPM_TRIE(t, struct key, u32);\n"
		    "int f(void *ctx) {\n"
		    "	struct key a = { 8, { 10 } }, b = { 16, { 10, 1 } }, c = { 32, { 10, 1, 9, 9 } };\n"
		    "	u32 v = 8, w = 16, *p;\n"
		    "	t.update(&a, &v); t.update(&b, &w); p = t.lookup(&c);\n"
		    "	return p ? *p : 0;\n"
		    "}"),
		16);
}

static void maps_hold_maps(void **state)
{
	struct cbcc *b =
		compiled("BPF_ARRAY(inner, u32, 2); BPF_ARRAY_OF_MAPS(outer, \"inner\", 4);\n"
			 "int w(void *ctx) { int k = 1; u32 v = 42; inner.update(&k, &v); return 0; }\n"
			 "int f(void *ctx) {\n"
			 "	int slot = 2, k = 1; u32 *p; void *map = outer.lookup(&slot);\n"
			 "	if (!map) return 7;\n"
			 "	p = bpf_map_lookup_elem(map, &k);\n"
			 "	return p ? *p : 0;\n"
			 "}");
	int slot = 2, fd;

	(void)state;
	assert_int_equal(run_function(b, "w"), 0);
	assert_int_equal(run_function(b, "f"), 7);
	fd = bpf_map__fd(map_of(b, "inner"));
	assert_int_equal(bpf_map_update_elem(bpf_map__fd(map_of(b, "outer")), &slot, &fd, BPF_ANY), 0);
	assert_int_equal(run_function(b, "f"), 42);
	cbcc_free(b);
}

static void ring_buffers_take_records(void **state)
{
	struct cbcc *b = compiled("struct event { u64 a, b; };\n"
				  "BPF_RINGBUF_OUTPUT(ring, 2);\n"
				  "int f(void *ctx) {\n"
				  "	struct event e = { 1, 2 }, *r;\n"
				  "	if (ring.ringbuf_output(&e, sizeof e, 0)) return 1;\n"
				  "	r = ring.ringbuf_reserve(sizeof(struct event));\n"
				  "	if (!r) return 2;\n"
				  "	r->a = 3; r->b = 4;\n"
				  "	ring.ringbuf_submit(r, BPF_RB_NO_WAKEUP);\n"
				  "	r = ring.ringbuf_reserve(sizeof(struct event));\n"
				  "	if (!r) return 3;\n"
				  "	ring.ringbuf_discard(r, 0);\n"
				  "	return ring.ringbuf_query(BPF_RB_AVAIL_DATA);\n"
				  "}");

	(void)state;
	assert_int_equal(run_function(b, "f"), 3 * (8 + 16));
	assert_int_equal(bpf_map__max_entries(map_of(b, "ring")), 2 * sysconf(_SC_PAGESIZE));
	cbcc_free(b);
}

static void perf_buffers_have_a_place_for_each_cpu(void **state)
{
	struct cbcc *b = compiled("struct event { u64 a, b; };\n"
				  "BPF_PERF_OUTPUT(events); BPF_PERF_ARRAY(counters, 4);\n"
				  "int f(void *ctx) {\n"
				  "	struct event e = { 1, 2 };\n"
				  "	return events.perf_submit(ctx, &e, sizeof e);\n"
				  "}\n"
				  "int g(void *ctx) { return counters.perf_read(3); }\n"
				  "int h(void *ctx) { u64 v[3]; return "
				  "counters.perf_counter_value(CUR_CPU_IDENTIFIER, v, sizeof v); }");

	(void)state;
	assert_int_equal((int)run_function(b, "f"), -2);
	assert_int_equal((int)run_function(b, "g"), -2);
	assert_true((int)run_function(b, "h") < 0);
	assert_int_equal(bpf_map__max_entries(map_of(b, "events")), libbpf_num_possible_cpus());
	cbcc_free(b);
}

static void stacks_are_kept_by_number(void **state)
{
	struct cbcc *b =
		compiled("BPF_STACK_TRACE(stacks, 128);\n"
			 "int f(struct bpf_raw_tracepoint_args *ctx) { return stacks.get_stackid(ctx, 0); }");
	uint64_t ip[127] = { 0 };
	int id = run_function(b, "f");

	(void)state;
	assert_true(id >= 0 && id < 128);
	assert_int_equal(bpf_map_lookup_elem(bpf_map__fd(map_of(b, "stacks")), &id, ip), 0);
	assert_true(ip[0] != 0);
	cbcc_free(b);
}

static void programs_call_programs(void **state)
{
	struct cbcc *b = compiled("BPF_PROG_ARRAY(jumps, 4);\n"
				  "int callee(void *ctx) { return 42; }\n"
				  "int f(void *ctx) { jumps.call(ctx, 2); return 7; }");
	int fd, slot = 2;

	(void)state;
	assert_int_equal(run_function(b, "f"), 7);
	assert_int_equal(run_function(b, "callee"), 42);
	fd = bpf_program__fd(b->programs->bpf);
	assert_int_equal(bpf_map_update_elem(bpf_map__fd(map_of(b, "jumps")), &slot, &fd, BPF_ANY), 0);
	assert_int_equal(run_function(b, "f"), 42);
	cbcc_free(b);
}

static void an_empty_cgroup_slot_is_an_error(void **state)
{
	(void)state;
	assert_int_equal((int)run("BPF_CGROUP_ARRAY(groups, 2);\n"
				  "int f(void *ctx) { return groups.check_current_task(1); }"),
			 -11);
}

static const char *event_of(struct cbcc *b, const char *name)
{
	for (size_t i = 0; i < b->unit.nmaps; i++)
		if (strcmp(b->unit.maps[i].name, name) == 0)
			return b->unit.maps[i].event ? b->unit.maps[i].event : "";
	fail_msg("no map %s", name);
	return NULL;
}

static void events_have_the_type_that_is_submitted(void **state)
{
	struct cbcc *b = compiled(
		"struct a { u64 v; }; typedef struct a a_t; struct b { u32 v; };\n"
		"BPF_PERF_OUTPUT(p); BPF_PERF_OUTPUT(number); BPF_PERF_OUTPUT(never); BPF_RINGBUF_OUTPUT(r, "
		"1);\n"
		"BPF_RINGBUF_OUTPUT(o, 1); BPF_PERCPU_ARRAY(scratch, struct b, 1); BPF_PERF_OUTPUT(s);\n"
		"static void send(void *ctx, struct b *e) { s.perf_submit(ctx, e, sizeof *e); }\n"
		"int f(void *ctx) {\n"
		"	a_t e = {}; u64 n = 0; int zero = 0; struct b *x, *e2;\n"
		"	p.perf_submit(ctx, &e, sizeof e); number.perf_submit(ctx, &n, sizeof n);\n"
		"	x = r.ringbuf_reserve(sizeof *x); if (x) { x->v = 1; r.ringbuf_submit(x, 0); }\n"
		"	o.ringbuf_output(&e, sizeof e, 0);\n"
		"	e2 = scratch.lookup(&zero); if (e2) send(ctx, e2);\n"
		"	return 0;\n"
		"}");

	(void)state;
	assert_string_equal(event_of(b, "p"), "struct a");
	assert_string_equal(event_of(b, "number"), "");
	assert_string_equal(event_of(b, "never"), "");
	assert_string_equal(event_of(b, "r"), "struct b");
	assert_string_equal(event_of(b, "o"), "struct a");
	assert_string_equal(event_of(b, "s"), "struct b");
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_declaration_makes_its_map),
		cmocka_unit_test(a_map_needs_no_macro),
		cmocka_unit_test(maps_in_libbpfs_form_work),
		cmocka_unit_test(per_cpu_maps_have_the_cpus_own_value),
		cmocka_unit_test(queues_and_stacks),
		cmocka_unit_test(longest_prefixes_match),
		cmocka_unit_test(maps_hold_maps),
		cmocka_unit_test(ring_buffers_take_records),
		cmocka_unit_test(perf_buffers_have_a_place_for_each_cpu),
		cmocka_unit_test(stacks_are_kept_by_number),
		cmocka_unit_test(programs_call_programs),
		cmocka_unit_test(an_empty_cgroup_slot_is_an_error),
		cmocka_unit_test(events_have_the_type_that_is_submitted),
	};

	return run_selected_tests(tests, argc, argv);
}
