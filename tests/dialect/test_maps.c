/* SPDX-License-Identifier: Apache-2.0 */
/* Methods of maps: elements found, made, changed and deleted, wherever in a text. */
#include "run.h"

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

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_are_found_made_changed_and_deleted),
		cmocka_unit_test(an_element_is_made_by_its_first_look_up),
		cmocka_unit_test(a_full_map_ends_lookup_or_init_and_not_lookup_or_try_init),
		cmocka_unit_test(methods_work_in_static_functions_and_macros),
		cmocka_unit_test(members_of_what_is_found_are_at_hand),
		cmocka_unit_test(helpers_take_a_maps_address),
	};

	return run_selected_tests(tests, argc, argv);
}
