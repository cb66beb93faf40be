/* SPDX-License-Identifier: Apache-2.0 */
/* Maps that several programs have: of one text, of texts of one process, of processes. */
#include "run.h"
#include "mounts.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

static void functions_of_a_text_share_its_maps(void **state)
{
	struct cbcc *b = compiled("BPF_HASH(h, u32, u32); BPF_ARRAY(unused);\n"
				  "int w(void *ctx) { u32 k = 1; h.increment(k, 21); return 0; }\n"
				  "int r(void *ctx) { u32 k = 1, *p = h.lookup(&k); return p ? *p : 0; }");

	(void)state;
	assert_int_equal(run_function(b, "r"), 0);
	assert_int_equal(run_function(b, "w"), 0);
	assert_int_equal(run_function(b, "w"), 0);
	assert_int_equal(run_function(b, "r"), 42);
	cbcc_free(b);
}

static void public_maps_are_used_by_other_texts(void **state)
{
	struct cbcc *first = compiled("BPF_TABLE_PUBLIC(\"hash\", u32, u32, common, 8);\n"
				      "int f(void *ctx) { common.increment(1, 40); return 0; }");
	struct cbcc *second = compiled(
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
		b = compiled(text);
		assert_int_equal(run_function(b, "f"), 21 * i);
		cbcc_free(b);
	}
	assert_int_equal(unlink(PIN "/kept"), 0);
	assert_int_equal(rmdir(PIN), 0);
}

/* What BPF_TABLE_PINNED() is made of, and queues. */
static void every_kind_of_map_is_pinned(void **state)
{
	static const char text[] =
		"BPF_TABLE(\"hash:" PIN "/table\", u32, u32, table, 8);\n"
		"BPF_QUEUESTACK_PINNED(\"queue\", queue, u32, 8, 0, \"" PIN "/queue\");\n"
		"BPF_TABLE_PINNED(\"array\", int, u32, array, 8, \"" PIN "/array\", BPF_F_RDONLY);\n"
		"int f(void *ctx) {\n"
		"	u32 k = 1, v = 5, *p; queue.push(&v, 0); table.increment(k, 20); "
		"array.increment(2);\n"
		"	p = table.lookup(&k); return p ? *p : 0;\n"
		"}\n"
		"int g(void *ctx) { u32 a = 0, b = 0; queue.pop(&a); queue.pop(&b); return a * 10 + b; }";
	struct cbcc *b;

	(void)state;
	mount_bpf_file_system();
	for (uint32_t i = 1; i <= 2; i++) {
		b = compiled(text);
		assert_int_equal(run_function(b, "f"), 20 * i);
		cbcc_free(b);
	}
	b = compiled(text);
	assert_int_equal(run_function(b, "g"), 55);
	cbcc_free(b);
	assert_int_equal(unlink(PIN "/table"), 0);
	assert_int_equal(unlink(PIN "/queue"), 0);
	assert_int_equal(unlink(PIN "/array"), 0);
	assert_int_equal(rmdir(PIN), 0);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_of_a_text_share_its_maps),
		cmocka_unit_test(public_maps_are_used_by_other_texts),
		cmocka_unit_test(pinned_maps_outlive_their_handle),
		cmocka_unit_test(every_kind_of_map_is_pinned),
	};

	return run_selected_tests(tests, argc, argv);
}
