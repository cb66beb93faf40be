/* SPDX-License-Identifier: Apache-2.0 */
/* Maps and their methods: what programs read back from them. */
#include "run.h"
#include "mounts.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include "handle.h"
#include "loader/program.h"

static void elements_are_found_made_changed_and_deleted(void **state)
{
	(void)state;
	assert_int_equal(run("BPF_HASH(h, u32, u64);\n"
			     "int f(void *ctx) {\n"
			     "	u32 k = 1; u64 v = 40;\n"
			     "	if (h.lookup(&k)) return 1;\n"
			     "	if (h.insert(&k, &v)) return 2;\n"
			     "	if (h.insert(&k, &v) != -17) return 3;\n"
			     "	u64 *p = h.lookup(&k);\n"
			     "	if (!p || *p != 40) return 4;\n"
			     "	(*p)++;\n"
			     "	v = 0;\n"
			     "	p = h.lookup_or_try_init(&k, &v);\n"
			     "	if (!p || *p != 41) return 5;\n"
			     "	v = 42;\n"
			     "	if (h.update(&k, &v)) return 6;\n"
			     "	p = h.lookup(&k);\n"
			     "	u64 found = p ? *p : 0;\n"
			     "	if (h.delete(&k) || h.lookup(&k)) return 7;\n"
			     "	if (h.delete(&k) != -2) return 8;\n"
			     "	return found;\n"
			     "}"),
			 42);
}

static void an_element_is_made_by_its_first_look_up(void **state)
{
	(void)state;
	assert_int_equal(run("BPF_HASH(h, u32, u64);\n"
			     "static int add(u32 k, u64 n) {\n"
			     "	u64 zero = 0, *p = h.lookup_or_init(&k, &zero);\n"
			     "	*p += n;\n"
			     "	return *p;\n"
			     "}\n"
			     "int f(void *ctx) { add(1, 5); add(2, 100); return add(1, 37) + 1000 * (add(2, "
			     "0) == 100); }"),
			 1042);
}

static void a_full_map_ends_lookup_or_init_and_not_lookup_or_try_init(void **state)
{
	(void)state;
	assert_int_equal(
		run("BPF_HASH(h, u32, u64, 1);\n"
		    "static int hidden(u32 k) { u64 zero = 0; h.lookup_or_init(&k, &zero); return 5; }\n"
		    "static int tried(u32 k) { u64 zero = 0; return h.lookup_or_try_init(&k, &zero) ? 7 : 6; "
		    "}\n"
		    "int f(void *ctx) {\n"
		    "	return hidden(1) * 1000 + hidden(2) * 100 + tried(1) * 10 + tried(2);\n"
		    "}"),
		5076);
}

static void increments_count(void **state)
{
	(void)state;
	assert_int_equal(
		run("BPF_HASH(h);\n"
		    "BPF_ARRAY(a, u32, 4);\n"
		    "int f(void *ctx) {\n"
		    "	u64 k = 9, *p; u32 *q; int i = 3;\n"
		    "	h.increment(k); h.increment(9); h.increment(k, 20); h.atomic_increment(k, 20);\n"
		    "	h.increment(k, -2); h.atomic_increment(k); h.atomic_increment(5, 1000);\n"
		    "	a.increment(i); a.atomic_increment(3, 4); a.increment(4);\n"
		    "	p = h.lookup(&k); q = a.lookup(&i);\n"
		    "	if (!p || !q) return 1;\n"
		    "	u64 *o = (k = 5, h.lookup(&k));\n"
		    "	return *p + 100 * *q + (o ? *o : 0);\n"
		    "}"),
		41 + 500 + 1000);
}

/* In a trie, a new element would take what belongs to a shorter prefix. */
static void an_increment_makes_no_prefix(void **state)
{
	(void)state;
	assert_int_equal(run("struct key { u32 bits, address; }; BPF_LPM_TRIE(t, struct key);\n"
			     "int f(void *ctx) { struct key k = { 32, 1 }; t.increment(k); return "
			     "t.lookup(&k) != 0; }"),
			 0);
	assert_int_equal(run("struct key { u32 bits, address; }; BPF_LPM_TRIE(t, struct key);\n"
			     "int f(void *ctx) { struct key k = { 32, 1 }; u64 v = 5, *p; t.update(&k, &v); "
			     "t.increment(k, 2); p = t.lookup(&k); return p ? *p : 0; }"),
			 7);
}

/* BCC loses these. */
static void increments_make_elements_of_all_hashes(void **state)
{
	static const char *const kinds[] = { "hash", "lru_hash", "percpu_hash", "lru_percpu_hash" };

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		char text[300];

		snprintf(text, sizeof text,
			 "BPF_TABLE(\"%s\", u32, u64, m, 64);\n"
			 "int f(void *ctx) { u32 k = 3; m.increment(k); m.atomic_increment(k, 4); "
			 "u64 *p = m.lookup(&k); return p ? *p : 0; }",
			 kinds[i]);
		assert_int_equal(run(text), 5);
	}
}

/* The amount has the type it has in C, whatever that of the leaf. */
static void amounts_are_converted_as_in_c(void **state)
{
	(void)state;
	assert_int_equal(run("BPF_HASH(h, int, u64);\n"
			     "int f(void *ctx) {\n"
			     "	u32 big = bpf_get_prandom_u32() | 0x80000000; int k = 1; u64 *p;\n"
			     "	h.increment(k, big); h.increment(k, 1);\n"
			     "	p = h.lookup(&k);\n"
			     "	return p && *p == (u64)big + 1;\n"
			     "}"),
			 1);
}

/* increment() takes its key by value: clang passes structs in registers or in memory, by size. */
static void keys_of_all_sizes_are_taken_by_value(void **state)
{
	static const char program[] = "struct key { u8 b[%d]; };\n"
				      "BPF_HASH(h, struct key, u64);\n"
				      "int f(void *ctx) {\n"
				      "	struct key k = {}; u64 *p;\n"
				      "	k.b[0] = 3; k.b[%d] = 5;\n"
				      "	h.increment(k); h.atomic_increment(k, 4);\n"
				      "	k.b[%d] = 6; h.increment(k, 30); k.b[%d] = 5;\n"
				      "	p = h.lookup(&k);\n"
				      "	if (!p || *p != 5) return 1;\n"
				      "	k.b[%d] = 6; p = h.lookup(&k);\n"
				      "	return p ? 12 + *p : 2;\n"
				      "}";
	char text[1024];

	(void)state;
	for (int size = 1; size <= 24; size++) {
		snprintf(text, sizeof text, program, size, size - 1, size - 1, size - 1, size - 1);
		if (run(text) != 42)
			fail_msg("a key of %d bytes", size);
	}
}

static void keys_of_all_kinds_are_taken_by_value(void **state)
{
	static const char *const kinds[] = { "bool",
					     "char",
					     "u16",
					     "int",
					     "u64",
					     "void *",
					     "struct sock *",
					     "unsigned __int128",
					     "enum e",
					     "union u",
					     "struct { char c; u64 v; }" };
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		snprintf(text, sizeof text,
			 "enum e { A, B }; union u { int i; u64 l; };\n"
			 "typedef %s key;\n"
			 "BPF_HASH(h, key, u64);\n"
			 "int f(void *ctx) {\n"
			 "	key k; u64 *p;\n"
			 "	__builtin_memset(&k, 0, sizeof k); *(char *)&k = 1;\n"
			 "	h.increment(k, 40); h.increment(k, 2);\n"
			 "	p = h.lookup(&k);\n"
			 "	return p ? *p : 0;\n"
			 "}",
			 kinds[i]);
		if (run(text) != 42)
			fail_msg("a key of type %s", kinds[i]);
	}
}

static void the_stack_holds_many_increments(void **state)
{
	(void)state;
	assert_int_equal(run("struct key { u64 a, b, c; };\n"
			     "BPF_HASH(h, struct key); BPF_HASH(g, u64);\n"
			     "#define T(n) { struct key k = { n, 1, 2 }; h.increment(k); g.increment(n); "
			     "g.atomic_increment(7); }\n"
			     "int f(void *ctx) {\n"
			     "	T(1) T(2) T(3) T(4) T(5) T(6) T(7) T(8) T(9) T(10) T(11) T(12) T(13) T(14) "
			     "T(15) T(16)\n"
			     "	u64 k = 7, *p = g.lookup(&k);\n"
			     "	return p ? *p : 0;\n"
			     "}"),
			 17);
}

static struct bpf_map *map_of(struct cbcc *b, const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(b->programs->object, name);

	if (!map)
		fail_msg("no map %s", name);
	return map;
}

static struct cbcc *new_ok(const char *text)
{
	struct cbcc *b = cbcc_new(text, NULL);

	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
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
	b = new_ok(text);
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
	for (size_t i = 0; i < sizeof declarations / sizeof *declarations; i++)
		declare(&declarations[i]);
}

static void histograms_count_in_slots(void **state)
{
	(void)state;
	assert_int_equal(run("struct key { u64 disk; u64 slot; };\n"
			     "BPF_HISTOGRAM(a); BPF_HISTOGRAM(h, struct key);\n"
			     "int f(void *ctx) {\n"
			     "	int slot = 10; u64 *p, *q; struct key k = { 3, 10 };\n"
			     "	a.increment(bpf_log2l(1000)); a.increment(bpf_log2l(600)); "
			     "a.increment(bpf_log2l(100));\n"
			     "	h.increment(k); h.atomic_increment(k, 4);\n"
			     "	p = a.lookup(&slot); q = h.lookup(&k);\n"
			     "	return p && q ? 10 * *p + *q : 0;\n"
			     "}"),
			 25);
}

static void logarithms(void **state)
{
	static const struct {
		uint64_t value;
		uint32_t log2, log2l;
	} cases[] = {
		{ 0, 0, 1 },           { 1, 0, 1 },
		{ 2, 1, 2 },           { 3, 1, 2 },
		{ 4, 2, 3 },           { 255, 7, 8 },
		{ 256, 8, 9 },         { 0xffff, 15, 16 },
		{ 0x10000, 16, 17 },   { 0xffffffff, 31, 32 },
		{ 1ull << 32, 0, 33 }, { 1ull << 40 | 1, 0, 41 },
		{ ~0ull, 31, 64 },
	};
	static const char text[] =
		"struct raw { u64 args[1]; };\n"
		"int f(struct raw *ctx) { return bpf_log2(ctx->args[0]) * 100 + bpf_log2l(ctx->args[0]); }";

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const uint64_t args[RUN_ARGS_MAX] = { cases[i].value };

		assert_int_equal(run_with_args(text, "f", args), cases[i].log2 * 100 + cases[i].log2l);
	}
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

static void functions_of_a_text_share_its_maps(void **state)
{
	struct cbcc *b = new_ok("BPF_HASH(h, u32, u32); BPF_ARRAY(unused);\n"
				"int w(void *ctx) { u32 k = 1; h.increment(k, 21); return 0; }\n"
				"int r(void *ctx) { u32 k = 1, *p = h.lookup(&k); return p ? *p : 0; }");

	(void)state;
	assert_int_equal(run_function(b, "r"), 0);
	assert_int_equal(run_function(b, "w"), 0);
	assert_int_equal(run_function(b, "w"), 0);
	assert_int_equal(run_function(b, "r"), 42);
	cbcc_free(b);
}

static void methods_work_in_static_functions_and_macros(void **state)
{
	(void)state;
	assert_int_equal(run("BPF_HASH(h, u32, u32);\n"
			     "#define ADD(k, n) do { u32 key = (k), *p = h.lookup(&key); if (p) *p += n; "
			     "else h.increment(key, n); } while (0)\n"
			     "static u32 get(u32 k) { u32 *p = h.lookup(&k); return p ? *p : 0; }\n"
			     "int f(void *ctx) { ADD(1, 2); ADD(1, 40); return get(1) + get(2); }"),
			 42);
}

static void members_of_what_is_found_are_at_hand(void **state)
{
	(void)state;
	assert_int_equal(run("struct v { int a, b; };\n"
			     "BPF_ARRAY(m, struct v, 1);\n"
			     "int f(void *ctx) {\n"
			     "	typeof(m.key) k = 0; typeof(m.leaf) v = { 1, 42 };\n"
			     "	m.update(&k, &v);\n"
			     "	return (m.lookup(&k) ?: &v)->b + (m.lookup(&k) ? 0 : 7);\n"
			     "}"),
			 42);
}

static void helpers_take_a_maps_address(void **state)
{
	(void)state;
	assert_int_equal(run("BPF_HASH(h, u32, u32);\n"
			     "int f(void *ctx) {\n"
			     "	u32 k = 1, v = 42, *p;\n"
			     "	bpf_map_update_elem(&h, &k, &v, BPF_ANY);\n"
			     "	p = bpf_map_lookup_elem(&h, &k);\n"
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

static void maps_hold_maps(void **state)
{
	struct cbcc *b =
		new_ok("BPF_ARRAY(inner, u32, 2); BPF_ARRAY_OF_MAPS(outer, \"inner\", 4);\n"
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
	struct cbcc *b = new_ok("struct event { u64 a, b; };\n"
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
	struct cbcc *b = new_ok("struct event { u64 a, b; };\n"
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
		new_ok("BPF_STACK_TRACE(stacks, 128);\n"
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
	struct cbcc *b = new_ok("BPF_PROG_ARRAY(jumps, 4);\n"
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

static void lock_xadd_adds(void **state)
{
	(void)state;
	assert_int_equal(run("BPF_ARRAY(a, u64, 1);\n"
			     "int f(void *ctx) { int k = 0; u64 *p = a.lookup(&k); if (!p) return 0; "
			     "lock_xadd(p, 42); return *p; }"),
			 42);
}

static void public_maps_are_used_by_other_texts(void **state)
{
	struct cbcc *first = new_ok("BPF_TABLE_PUBLIC(\"hash\", u32, u32, common, 8);\n"
				    "int f(void *ctx) { common.increment(1, 40); return 0; }");
	struct cbcc *second = new_ok(
		"BPF_TABLE(\"extern\", u32, u32, common, 0);\n"
		"int g(void *ctx) {\n"
		"	u32 k = 1, *p; common.increment(1, 2); p = common.lookup(&k); return p ? *p : 0;\n"
		"}");

	(void)state;
	assert_int_equal(run_function(first, "f"), 0);
	assert_int_equal(run_function(second, "g"), 42);
	cbcc_free(first);
	assert_int_equal(run_function(second, "g"), 44);
	cbcc_free(second);
	assert_null(
		cbcc_new("BPF_TABLE(\"extern\", u32, u32, common, 0); int f(void *ctx) { return 0; }", NULL));
	assert_error_has("no program of this process has a public map 'common'");
}

/* For this process only. */
static void mount_bpf_file_system(void)
{
	if (!mounts_make_own() || mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL) != 0)
		skip_because("no BPF file system can be mounted: %s", strerror(errno));
}

#define PIN "/sys/fs/bpf/cbcc-test-maps"

static void pinned_maps_outlive_their_handle(void **state)
{
	static const char text[] =
		"BPF_TABLE_PINNED(\"hash\", u32, u32, kept, 8, \"" PIN "/kept\");\n"
		"int f(void *ctx) {\n"
		"	u32 k = 1, *p; kept.increment(1, 21); p = kept.lookup(&k); return p ? *p : 0;\n"
		"}";
	struct cbcc *b;

	(void)state;
	mount_bpf_file_system();
	for (uint32_t i = 1; i <= 2; i++) {
		b = new_ok(text);
		assert_int_equal(run_function(b, "f"), 21 * i);
		cbcc_free(b);
	}
	assert_int_equal(unlink(PIN "/kept"), 0);
	assert_int_equal(rmdir(PIN), 0);
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
	struct cbcc *b = new_ok(
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
		cmocka_unit_test(elements_are_found_made_changed_and_deleted),
		cmocka_unit_test(an_element_is_made_by_its_first_look_up),
		cmocka_unit_test(a_full_map_ends_lookup_or_init_and_not_lookup_or_try_init),
		cmocka_unit_test(increments_count),
		cmocka_unit_test(an_increment_makes_no_prefix),
		cmocka_unit_test(increments_make_elements_of_all_hashes),
		cmocka_unit_test(amounts_are_converted_as_in_c),
		cmocka_unit_test(keys_of_all_sizes_are_taken_by_value),
		cmocka_unit_test(keys_of_all_kinds_are_taken_by_value),
		cmocka_unit_test(the_stack_holds_many_increments),
		cmocka_unit_test(every_declaration_makes_its_map),
		cmocka_unit_test(histograms_count_in_slots),
		cmocka_unit_test(logarithms),
		cmocka_unit_test(per_cpu_maps_have_the_cpus_own_value),
		cmocka_unit_test(queues_and_stacks),
		cmocka_unit_test(longest_prefixes_match),
		cmocka_unit_test(functions_of_a_text_share_its_maps),
		cmocka_unit_test(methods_work_in_static_functions_and_macros),
		cmocka_unit_test(members_of_what_is_found_are_at_hand),
		cmocka_unit_test(helpers_take_a_maps_address),
		cmocka_unit_test(maps_in_libbpfs_form_work),
		cmocka_unit_test(a_map_needs_no_macro),
		cmocka_unit_test(maps_hold_maps),
		cmocka_unit_test(ring_buffers_take_records),
		cmocka_unit_test(perf_buffers_have_a_place_for_each_cpu),
		cmocka_unit_test(stacks_are_kept_by_number),
		cmocka_unit_test(programs_call_programs),
		cmocka_unit_test(an_empty_cgroup_slot_is_an_error),
		cmocka_unit_test(lock_xadd_adds),
		cmocka_unit_test(public_maps_are_used_by_other_texts),
		cmocka_unit_test(pinned_maps_outlive_their_handle),
		cmocka_unit_test(events_have_the_type_that_is_submitted),
	};

	return run_selected_tests(tests, argc, argv);
}
