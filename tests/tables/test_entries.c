/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of tables, which a program in the kernel fills: it runs once in this process. */
#include "run.h"

#include <errno.h>
#include <stdlib.h>

static struct cbcc_table *table(struct cbcc *b, const char *name)
{
	struct cbcc_table *t = cbcc_get_table(b, name);

	if (!t)
		fail_msg("%s", cbcc_last_error());
	return t;
}

static void a_table_has_the_maps_attributes(void **state)
{
	struct cbcc *b = compiled("struct key { u32 a; char c; };\n"
				  "BPF_TABLE(\"lru_hash\", struct key, u64, recent, 100);\n"
				  "BPF_F_TABLE(\"hash\", u32, u8, lazy, 7, 1);");
	struct cbcc_table *t = table(b, "recent");

	(void)state;
	assert_ptr_equal(table(b, "recent"), t);
	assert_string_equal(cbcc_table_name(t), "recent");
	assert_int_equal(cbcc_table_type(t), BPF_MAP_TYPE_LRU_HASH);
	assert_int_equal(cbcc_table_key_size(t), 8);
	assert_int_equal(cbcc_table_leaf_size(t), 8);
	assert_int_equal(cbcc_table_value_size(t), 8);
	assert_int_equal(cbcc_table_max_entries(t), 100);
	assert_string_equal(cbcc_type_name(cbcc_table_key_type(t)), "struct key");
	assert_string_equal(cbcc_type_name(cbcc_table_leaf_type(t)), "u64");
	assert_true(cbcc_table_fd(t) >= 0 && cbcc_table_id(t) > 0);
	assert_int_equal(cbcc_table_flags(table(b, "lazy")), 1);
	cbcc_free(b);
}

/* libbpf does not tell the kernel the types of these. */
static void tables_of_maps_and_sockets_have_types_too(void **state)
{
	struct cbcc *b = compiled("struct key { u32 a; char c; };\n"
				  "BPF_HASH(inner, u32, u32, 8);\n"
				  "BPF_HASH_OF_MAPS(maps, struct key, \"inner\", 4);\n"
				  "BPF_ARRAY_OF_MAPS(list, \"inner\", 4);\n"
				  "BPF_SOCKHASH(sockets, struct key, 4);\n"
				  "BPF_DEVMAP(devices, 4);");

	(void)state;
	assert_string_equal(cbcc_type_name(cbcc_table_key_type(table(b, "maps"))), "struct key");
	assert_string_equal(cbcc_type_name(cbcc_table_leaf_type(table(b, "maps"))), "int");
	assert_string_equal(cbcc_type_name(cbcc_table_key_type(table(b, "list"))), "int");
	assert_string_equal(cbcc_type_name(cbcc_table_key_type(table(b, "sockets"))), "struct key");
	assert_int_equal(cbcc_type_kind(cbcc_table_key_type(table(b, "devices"))), CBCC_TYPE_INT);
	cbcc_free(b);
}

static void an_unknown_table_is_an_error_that_names_the_others(void **state)
{
	struct cbcc *b = compiled("BPF_HASH(one); BPF_HASH(two); int f(void *ctx) { return 0; }");

	(void)state;
	assert_null(cbcc_get_table(b, "three"));
	assert_int_equal(errno, ENOENT);
	assert_string_equal(cbcc_last_error(), "the program has no table 'three' (it has: one, two)");
	assert_null(cbcc_get_table(b, NULL));
	assert_int_equal(errno, EINVAL);
	cbcc_free(b);
	assert_int_equal(cbcc_table_lookup(NULL, "", NULL), -EINVAL);
}

static void entries_are_read_written_and_deleted(void **state)
{
	struct cbcc *b =
		compiled("BPF_TABLE(\"hash\", u32, u64, h, 2);\n"
			 "int f(void *ctx) { h.increment(7, 40); h.increment(7, 2); return 0; }\n"
			 "int g(void *ctx) { u32 k = 9; u64 *v = h.lookup(&k); return v ? *v : 0; }");
	struct cbcc_table *t = table(b, "h");
	uint32_t key = 7, other = 9, third = 11;
	uint64_t leaf = 0, next = 1000;

	(void)state;
	assert_int_equal(cbcc_table_lookup(t, &key, &leaf), -ENOENT);
	assert_error_has("table 'h' has no such key");
	run_function(b, "f");
	assert_ok(cbcc_table_lookup(t, &key, &leaf));
	assert_int_equal(leaf, 42);
	assert_ok(cbcc_table_update(t, &other, &next, 0));
	assert_int_equal(run_function(b, "g"), 1000);
	assert_int_equal(cbcc_table_count(t), 2);
	assert_int_equal(cbcc_table_update(t, &other, &next, BPF_NOEXIST), -EEXIST);
	assert_int_equal(cbcc_table_update(t, &third, &next, 0), -E2BIG);
	assert_error_has("table 'h' is full: it has room for 2 entries");
	assert_ok(cbcc_table_delete(t, &key));
	assert_int_equal(cbcc_table_delete(t, &key), -ENOENT);
	assert_ok(cbcc_table_lookup_and_delete(t, &other, &leaf));
	assert_int_equal(leaf, 1000);
	assert_int_equal(cbcc_table_lookup_and_delete(t, &other, &leaf), -ENOENT);
	assert_int_equal(cbcc_table_next(t, NULL, &key), 0);
	cbcc_free(b);
}

static void an_array_has_all_its_elements(void **state)
{
	struct cbcc *b = compiled("BPF_ARRAY(a, u32, 4);\n"
				  "int f(void *ctx) { int i = 2; u32 v = 5; a.update(&i, &v); return 0; }");
	struct cbcc_table *t = table(b, "a");
	uint32_t index = 2, leaf, keys[4], leaves[4];

	(void)state;
	run_function(b, "f");
	assert_ok(cbcc_table_lookup(t, &index, &leaf));
	assert_int_equal(leaf, 5);
	assert_int_equal(cbcc_table_count(t), 4);
	assert_ok(cbcc_table_delete(t, &index));
	assert_ok(cbcc_table_lookup(t, &index, &leaf));
	assert_int_equal(leaf, 0);
	run_function(b, "f");
	assert_int_equal(cbcc_table_dump(t, keys, leaves, 4, CBCC_DUMP_DELETE), 4);
	assert_int_equal(keys[3], 3);
	assert_int_equal(leaves[2], 5);
	assert_ok(cbcc_table_lookup(t, &index, &leaf));
	assert_int_equal(leaf, 0);
	index = 4;
	assert_int_equal(cbcc_table_lookup(t, &index, &leaf), -ENOENT);
	assert_error_has("table 'a' has no index 4: it has 4");
	assert_int_equal(cbcc_table_update(t, &index, &leaf, 0), -E2BIG);
	assert_error_has("table 'a' has no index 4: it has 4");
	cbcc_free(b);
}

#define ENTRIES 1000

struct seen {
	struct cbcc_table *t;
	unsigned char times[ENTRIES];
	bool delete;
};

static int see(void *ctx, const void *key, const void *leaf)
{
	struct seen *seen = ctx;
	uint32_t k = *(const uint32_t *)key;

	assert_true(k < ENTRIES);
	assert_int_equal(*(const uint64_t *)leaf, k * 3);
	seen->times[k]++;
	if (seen->delete)
		assert_ok(cbcc_table_delete(seen->t, key));
	return 0;
}

static int stop_at_third(void *ctx, const void *key, const void *leaf)
{
	(void)key, (void)leaf;
	return ++*(int *)ctx == 3 ? 77 : 0;
}

static void fill(struct cbcc_table *t)
{
	for (uint32_t k = 0; k < ENTRIES; k++) {
		uint64_t leaf = k * 3;

		assert_ok(cbcc_table_update(t, &k, &leaf, 0));
	}
}

static void every_entry_comes_once_also_while_all_are_deleted(void **state)
{
	static const char *const kinds[] = { "hash", "lru_hash", "array", "unallocated" };
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct seen seen = { .delete = false };
		bool unallocated = i == 3;
		int calls = 0;

		snprintf(text, sizeof text, "BPF_F_TABLE(\"%s\", %s, u64, t, %d, %d);",
			 unallocated ? "hash" : kinds[i], "u32", i == 1 ? 8 * ENTRIES : ENTRIES,
			 unallocated ? BPF_F_NO_PREALLOC : 0);
		struct cbcc *b = compiled(text);

		seen.t = table(b, "t");
		fill(seen.t);
		assert_ok(cbcc_table_for_each(seen.t, see, &seen));
		assert_int_equal(cbcc_table_for_each(seen.t, stop_at_third, &calls), 77);
		seen.delete = i != 2;
		assert_ok(cbcc_table_for_each(seen.t, see, &seen));
		for (int k = 0; k < ENTRIES; k++)
			if (seen.times[k] != 2)
				fail_msg("%s: entry %d came %d times", kinds[i], k, seen.times[k]);
		assert_int_equal(cbcc_table_count(seen.t), i == 2 ? ENTRIES : 0);
		cbcc_free(b);
	}
}

static void a_trie_is_walked_through_by_its_keys(void **state)
{
	struct cbcc *b = compiled("struct key { u32 length; u32 address; };\n"
				  "BPF_LPM_TRIE(routes, struct key, u32, 100);");
	struct cbcc_table *t = table(b, "routes");
	uint32_t keys[20], leaves[10];

	(void)state;
	for (uint32_t i = 0; i < 10; i++) {
		uint32_t key[2] = { 32, i << 24 };

		assert_ok(cbcc_table_update(t, key, &i, 0));
	}
	assert_int_equal(cbcc_table_count(t), 10);
	assert_int_equal(cbcc_table_dump(t, keys, leaves, 4, CBCC_DUMP_DELETE), 4);
	assert_int_equal(cbcc_table_count(t), 6);
	assert_ok(cbcc_table_zero(t));
	assert_int_equal(cbcc_table_dump(t, keys, leaves, 10, 0), 6);
	for (int i = 0; i < 6; i++)
		assert_int_equal(leaves[i], 0);
	assert_ok(cbcc_table_clear(t));
	assert_int_equal(cbcc_table_count(t), 0);
	cbcc_free(b);
}

static void tables_are_cleared_and_zeroed(void **state)
{
	struct cbcc *b = compiled("BPF_HASH(t, u32, u64, 1000);");
	struct cbcc_table *t = table(b, "t");
	uint32_t key = 5;
	uint64_t leaf = 1;

	(void)state;
	fill(t);
	assert_ok(cbcc_table_zero(t));
	assert_int_equal(cbcc_table_count(t), ENTRIES);
	assert_ok(cbcc_table_lookup(t, &key, &leaf));
	assert_int_equal(leaf, 0);
	assert_ok(cbcc_table_clear(t));
	assert_int_equal(cbcc_table_count(t), 0);
	cbcc_free(b);
}

static void a_dump_may_have_room_for_less(void **state)
{
	struct cbcc *b = compiled("BPF_HASH(t, u32, u64, 1000);");
	struct cbcc_table *t = table(b, "t");
	uint32_t keys[ENTRIES];
	uint64_t leaves[ENTRIES];
	size_t total = 0;

	(void)state;
	for (size_t room = 1; room < 60; room++) {
		assert_ok(cbcc_table_clear(t));
		fill(t);
		assert_int_equal(cbcc_table_dump(t, keys, leaves, room, CBCC_DUMP_DELETE), room);
		assert_int_equal(cbcc_table_count(t), ENTRIES - room);
		for (size_t i = 0; i < room; i++) {
			assert_int_equal(leaves[i], keys[i] * 3);
			assert_int_equal(cbcc_table_delete(t, &keys[i]), -ENOENT);
		}
		total += room;
	}
	assert_int_equal(total, 59 * 60 / 2);
	assert_int_equal(cbcc_table_dump(t, keys, leaves, ENTRIES, 2), -EINVAL);
	cbcc_free(b);
}

static void many_entries_are_set_and_deleted_at_once(void **state)
{
	static const char *const texts[] = { "BPF_HASH(t, u32, u64, 100);", "BPF_ARRAY(t, u64, 100);" };
	uint32_t keys[] = { 1, 2, 3, 50, 4 };
	uint64_t leaves[] = { 10, 20, 30, 500, 40 }, leaf;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct cbcc *b = compiled(texts[i]);
		struct cbcc_table *t = table(b, "t");
		const uint32_t gone = 2;

		assert_ok(cbcc_table_update_batch(t, keys, leaves, 5, 0));
		assert_ok(cbcc_table_lookup(t, &keys[3], &leaf));
		assert_int_equal(leaf, 500);
		assert_ok(cbcc_table_delete(t, &gone));
		assert_ok(cbcc_table_delete_batch(t, keys, 5));
		leaf = 0;
		assert_int_equal(cbcc_table_lookup(t, &keys[4], &leaf), i == 1 ? 0 : -ENOENT);
		assert_int_equal(leaf, 0);
		cbcc_free(b);
	}
}

static void leaves_of_all_processors_are_reduced(void **state)
{
	struct cbcc *b = compiled("BPF_PERCPU_ARRAY(a, int, 3); BPF_PERCPU_HASH(h, u32, u64);\n"
				  "int f(void *ctx) { h.increment(1, 40); h.increment(1, 2); return 0; }");
	int ncpus = cbcc_num_possible_cpus();
	struct cbcc_table *a = table(b, "a"), *h = table(b, "h");
	uint64_t value[ncpus], result;
	uint32_t key = 1;
	double average;

	(void)state;
	assert_int_equal(cbcc_table_leaf_size(a), 4);
	assert_int_equal(cbcc_table_value_size(a), 8 * ncpus);
	run_function(b, "f");
	assert_ok(cbcc_table_sum(h, &key, &result));
	assert_int_equal(result, 42);
	assert_ok(cbcc_table_max(h, &key, &result));
	assert_int_equal(result, 42);
	memset(value, 0, sizeof value);
	for (int cpu = 0; cpu < ncpus; cpu++)
		memcpy(&value[cpu], &(int){ -10 - cpu }, sizeof(int));
	assert_ok(cbcc_table_update(a, &key, value, 0));
	assert_ok(cbcc_table_sum(a, &key, &result));
	assert_int_equal((int64_t)result, -10 * ncpus - ncpus * (ncpus - 1) / 2);
	assert_ok(cbcc_table_max(a, &key, &result));
	assert_int_equal((int64_t)result, -10);
	assert_ok(cbcc_table_average(a, &key, &average));
	assert_true(average == -10 - (ncpus - 1) / 2.0);
	cbcc_free(b);
}

static void queues_and_stacks_give_their_leaves_in_order(void **state)
{
	struct cbcc *b = compiled("BPF_QUEUE(q, u32, 3); BPF_STACK(s, u32, 3);\n"
				  "int f(void *ctx) {\n"
				  "	u32 a = 1, b = 2, c = 3;\n"
				  "	q.push(&a, 0); q.push(&b, 0); q.push(&c, 0);\n"
				  "	s.push(&a, 0); s.push(&b, 0); s.push(&c, 0);\n"
				  "	return 0;\n"
				  "}");
	struct cbcc_table *q = table(b, "q"), *s = table(b, "s");
	uint32_t leaf = 9;

	(void)state;
	run_function(b, "f");
	assert_int_equal(cbcc_table_push(q, &leaf, 0), -E2BIG);
	assert_ok(cbcc_table_push(q, &leaf, BPF_EXIST));
	assert_ok(cbcc_table_peek(q, &leaf));
	assert_int_equal(leaf, 2);
	assert_ok(cbcc_table_pop(q, &leaf));
	assert_int_equal(leaf, 2);
	assert_ok(cbcc_table_pop(s, &leaf));
	assert_int_equal(leaf, 3);
	assert_ok(cbcc_table_clear(q));
	assert_int_equal(cbcc_table_pop(q, &leaf), -ENOENT);
	assert_error_has("table 'q' is empty");
	assert_int_equal(cbcc_table_lookup(q, &leaf, &leaf), -EOPNOTSUPP);
	assert_string_equal(cbcc_last_error(), "cbcc_table_lookup: not for table 'q', whose type is queue");
	assert_int_equal(cbcc_table_count(q), -EOPNOTSUPP);
	cbcc_free(b);
}

static void functions_are_put_into_program_arrays(void **state)
{
	struct cbcc *b = compiled("BPF_PROG_ARRAY(calls, 4);\n"
				  "int f(void *ctx) { calls.call(ctx, 2); return 1; }\n"
				  "int tail(void *ctx) { return 42; }");
	struct cbcc_table *t = table(b, "calls");
	uint32_t index = 2;

	(void)state;
	assert_int_equal(cbcc_table_set_function(t, 2, "tail"), -EINVAL);
	assert_error_has("attach the program first");
	assert_int_equal(run_function(b, "f"), 1);
	assert_ok(cbcc_table_set_function(t, 2, "tail"));
	assert_int_equal(run_function(b, "f"), 42);
	assert_ok(cbcc_table_delete(t, &index));
	assert_int_equal(run_function(b, "f"), 1);
	assert_int_equal(cbcc_table_set_function(t, 4, "tail"), -E2BIG);
	assert_int_equal(cbcc_table_set_function(t, 1, "head"), -ENOENT);
	assert_ok(cbcc_table_set_function(t, 1, "tail"));
	assert_ok(cbcc_table_clear(t));
	assert_int_equal(cbcc_table_next(table(b, "calls"), NULL, &index), 1);
	cbcc_free(b);
}

static void a_cgroup_array_takes_cgroups_only(void **state)
{
	struct cbcc *b = compiled("BPF_CGROUP_ARRAY(groups, 1);");
	struct cbcc_table *t = table(b, "groups");

	(void)state;
	assert_int_equal(cbcc_table_set_cgroup(t, 0, "/nowhere"), -ENOENT);
	assert_error_has("cannot open /nowhere");
	assert_int_equal(cbcc_table_set_cgroup(t, 0, "/proc"), -EBADF);
	assert_error_has("/proc is no cgroup of version 2");
	cbcc_free(b);
}

static void a_counter_is_read_on_every_processor(void **state)
{
	struct cbcc *b =
		compiled("BPF_PERF_ARRAY(clock, 64);\n"
			 "int f(void *ctx) { return clock.perf_read(bpf_get_smp_processor_id()) > 0; }");
	struct cbcc_table *t = table(b, "clock");

	(void)state;
	assert_int_equal(cbcc_table_open_perf_event(t, 99, 0, -1) < 0, 1);
	assert_ok(cbcc_table_open_perf_event(t, 1, 0, -1)); /* PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK */
	assert_int_equal(run_function(b, "f"), 1);
	assert_ok(cbcc_table_clear(t));
	cbcc_free(b);
}

static void maps_hold_maps(void **state)
{
	struct cbcc *b = compiled("BPF_HASH(inner, u32, u32, 8);\n"
				  "BPF_ARRAY_OF_MAPS(outer, \"inner\", 4);");
	struct cbcc_table *outer = table(b, "outer");
	uint32_t index = 1, id;
	int fd = cbcc_table_fd(table(b, "inner"));

	(void)state;
	assert_ok(cbcc_table_update(outer, &index, &fd, 0));
	assert_ok(cbcc_table_lookup(outer, &index, &id));
	assert_int_equal(id, cbcc_table_id(table(b, "inner")));
	cbcc_free(b);
}

static void stacks_are_read_and_deleted(void **state)
{
	struct cbcc *b = compiled("BPF_STACK_TRACE(stacks, 64); BPF_STACK_TRACE_BUILDID(ids, 64);\n"
				  "int f(void *ctx) { return stacks.get_stackid(ctx, 0); }");
	struct cbcc_table *t = table(b, "stacks");
	uint64_t all[CBCC_STACK_DEPTH], two[3] = { 0, 0, 77 };
	struct cbcc_build_id entry;
	int id = (int)run_function(b, "f");
	ssize_t depth;

	(void)state;
	depth = cbcc_table_stack(t, id, all, CBCC_STACK_DEPTH);
	assert_ok((int)depth);
	assert_true(depth > 2);
#ifndef __s390x__
	assert_true(all[0] >> 63); /* in the kernel */
#endif
	assert_int_equal(cbcc_table_stack(t, id, two, 2), depth);
	assert_true(two[1] == all[1] && two[2] == 77);
	assert_int_equal(cbcc_table_count(t), 1);
	assert_ok(cbcc_table_clear(t));
	assert_int_equal(cbcc_table_stack(t, id, all, CBCC_STACK_DEPTH), -ENOENT);
	assert_int_equal(cbcc_table_stack(t, -EFAULT, all, 1), -EINVAL);
	assert_error_has("-14 is no stack, but an error of the program: Bad address");
	assert_int_equal(cbcc_table_stack_build_ids(t, id, &entry, 1), -EOPNOTSUPP);
	assert_int_equal(cbcc_table_stack_build_ids(table(b, "ids"), 1, &entry, 1), -ENOENT);
	cbcc_free(b);
}

static void a_million_entries_are_dumped_cleared_and_filled_again(void **state)
{
	enum { MILLION = 1000000 };
	struct cbcc *b = compiled("BPF_HASH(t, u32, u64, 1000000);");
	struct cbcc_table *t = table(b, "t");
	uint32_t *keys = malloc(MILLION * sizeof *keys);
	uint64_t *leaves = malloc(MILLION * sizeof *leaves), sum = 0;

	(void)state;
	assert_true(keys && leaves);
	for (uint32_t i = 0; i < MILLION; i++) {
		keys[i] = i;
		leaves[i] = i;
	}
	assert_ok(cbcc_table_update_batch(t, keys, leaves, MILLION, 0));
	memset(leaves, 0, MILLION * sizeof *leaves);
	assert_int_equal(cbcc_table_dump(t, keys, leaves, MILLION, CBCC_DUMP_DELETE), MILLION);
	for (uint32_t i = 0; i < MILLION; i++)
		sum += leaves[i];
	assert_int_equal(sum, 499999500000);
	assert_int_equal(cbcc_table_count(t), 0);
	assert_ok(cbcc_table_update_batch(t, keys, leaves, MILLION, 1)); /* BPF_NOEXIST */
	assert_int_equal(cbcc_table_count(t), MILLION);
	assert_ok(cbcc_table_clear(t));
	assert_int_equal(cbcc_table_count(t), 0);
	assert_ok(cbcc_table_update_batch(t, keys, leaves, MILLION, 1));
	assert_int_equal(cbcc_table_count(t), MILLION);
	free(keys);
	free(leaves);
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_has_the_maps_attributes),
		cmocka_unit_test(tables_of_maps_and_sockets_have_types_too),
		cmocka_unit_test(an_unknown_table_is_an_error_that_names_the_others),
		cmocka_unit_test(entries_are_read_written_and_deleted),
		cmocka_unit_test(an_array_has_all_its_elements),
		cmocka_unit_test(every_entry_comes_once_also_while_all_are_deleted),
		cmocka_unit_test(a_trie_is_walked_through_by_its_keys),
		cmocka_unit_test(tables_are_cleared_and_zeroed),
		cmocka_unit_test(a_dump_may_have_room_for_less),
		cmocka_unit_test(many_entries_are_set_and_deleted_at_once),
		cmocka_unit_test(leaves_of_all_processors_are_reduced),
		cmocka_unit_test(queues_and_stacks_give_their_leaves_in_order),
		cmocka_unit_test(functions_are_put_into_program_arrays),
		cmocka_unit_test(a_cgroup_array_takes_cgroups_only),
		cmocka_unit_test(a_counter_is_read_on_every_processor),
		cmocka_unit_test(maps_hold_maps),
		cmocka_unit_test(stacks_are_read_and_deleted),
		cmocka_unit_test(a_million_entries_are_dumped_cleared_and_filled_again),
	};

	return run_selected_tests(tests, argc, argv);
}
