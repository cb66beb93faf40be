/* SPDX-License-Identifier: Apache-2.0 */
/* What an object says of its types: enough for its maps, and no copy of the kernel's. */
#include "run.h"

#include <string.h>

#include "handle.h"

static bool object_names(const char *text, const char *name)
{
	struct cbcc *b = cbcc_new(text, NULL);
	bool found;

	if (!b)
		fail_msg("%s", cbcc_last_error());
	found = memmem(b->unit.object, b->unit.object_size, name, strlen(name));
	cbcc_free(b);
	return found;
}

static void kernel_types_are_named_without_their_members(void **state)
{
	const char text[] = "int f(struct bpf_perf_event_data *ctx) { return ctx->addr; }";

	(void)state;
	assert_true(object_names(text, "bpf_perf_event_data"));
	assert_false(object_names(text, "sample_period"));
}

static void values_of_maps_are_described_whole(void **state)
{
	const char text[] = "struct found { struct bpf_pidns_info ns; struct task_struct *task; };\n"
			    "struct { int (*type)[1]; int (*max_entries)[4]; u32 *key; struct found *value; "
			    "} m SEC(\".maps\");\n"
			    "int f(void *ctx) { u32 key = 0; return bpf_map_lookup_elem(&m, &key) != 0; }";

	(void)state;
	assert_true(object_names(text, "bpf_pidns_info"));
	assert_true(object_names(text, "tgid"));
	assert_false(object_names(text, "real_parent"));
}

static void types_of_the_text_keep_their_members(void **state)
{
	(void)state;
	assert_true(
		object_names("struct own { u64 a, distinctive; }; int f(struct own *ctx) { return ctx->a; }",
			     "distinctive"));
}

/* As the kernel's headers do. clang has debug information of functions that are named and nowhere. */
static void functions_may_be_declared_by_a_typedef(void **state)
{
	(void)state;
	assert_int_equal(run("typedef int function(int, long, int, long, int, long, int, long);\n"
			     "extern function elsewhere;\n"
			     "static inline int unused(void) { return elsewhere(1, 2, 3, 4, 5, 6, 7, 8); }\n"
			     "int f(void *ctx) { return 42; }"),
			 42);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_types_are_named_without_their_members),
		cmocka_unit_test(values_of_maps_are_described_whole),
		cmocka_unit_test(types_of_the_text_keep_their_members),
		cmocka_unit_test(functions_may_be_declared_by_a_typedef),
	};

	return run_selected_tests(tests, argc, argv);
}
