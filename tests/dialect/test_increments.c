/* SPDX-License-Identifier: Apache-2.0 */
/* Counting: increments, which take their keys by value, and the slots of histograms. */
#include "run.h"

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

static void lock_xadd_adds(void **state)
{
	(void)state;
	assert_int_equal(run("BPF_ARRAY(a, u64, 1);\n"
			     "int f(void *ctx) { int k = 0; u64 *p = a.lookup(&k); if (!p) return 0; "
			     "lock_xadd(p, 42); return *p; }"),
			 42);
}

static void count_atomic_ors(void *count, enum cbcc_log_level level, const char *ir)
{
	(void)level;
	if (strstr(ir, "atomicrmw or"))
		++*(int *)count;
}

/* An atomic "or", which the optimiser would have, is none of the operations of kernels before 5.12. */
static void an_addition_of_nothing_is_an_addition(void **state)
{
	int ors = 0;
	const struct cbcc_opts opts = {
		.sz = sizeof opts, .log = count_atomic_ors, .log_ctx = &ors, .debug = CBCC_DEBUG_LLVM_IR
	};
	struct cbcc *b = cbcc_new("BPF_ARRAY(a, u64, 1);\n"
				  "int f(void *ctx) { int k = 0; u64 *p = a.lookup(&k); if (!p) return 0; "
				  "*p = 7; lock_xadd(p, 0); return *p; }",
				  &opts);

	(void)state;
	assert_non_null(b);
	assert_int_equal(ors, 0);
	assert_int_equal(run_function(b, "f"), 7);
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(increments_count),
		cmocka_unit_test(an_increment_makes_no_prefix),
		cmocka_unit_test(increments_make_elements_of_all_hashes),
		cmocka_unit_test(amounts_are_converted_as_in_c),
		cmocka_unit_test(keys_of_all_sizes_are_taken_by_value),
		cmocka_unit_test(keys_of_all_kinds_are_taken_by_value),
		cmocka_unit_test(the_stack_holds_many_increments),
		cmocka_unit_test(histograms_count_in_slots),
		cmocka_unit_test(logarithms),
		cmocka_unit_test(lock_xadd_adds),
		cmocka_unit_test(an_addition_of_nothing_is_an_addition),
	};

	return run_selected_tests(tests, argc, argv);
}
