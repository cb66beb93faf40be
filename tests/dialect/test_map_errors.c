/* SPDX-License-Identifier: Apache-2.0 */
/* Wrong uses of maps, and where they are reported. */
#include "run.h"

#include <bpf/libbpf.h>
#include <errno.h>

#define CGRP_STORAGE 32 /* not in older headers */

/* Texts that do not compile, and what their error contains. */
static const struct {
	const char *text, *error;
} cases[] = {
	/* Declarations. */
	{ "\nBPF_TABLE(\"bloom_filter\", u32, u32, m, 1);",
	  "<text>:2:37: error: map 'm': unsupported map type 'bloom_filter'" },
	{ "BPF_TABLE(\"devmap_hash\", u32, u32, m, 1);",
	  "<text>:1:36: error: map 'm': unsupported map type 'devmap_hash'" },
	{ "struct e {};\nBPF_HASH(m, u32, struct e);", "<text>:2:10: error: map 'm': its leaf has no size" },
	{ "struct e {};\nBPF_HASH(m, struct e);", "<text>:2:10: error: map 'm': its key has no size" },
	{ "struct later;\nBPF_HASH(m, struct later);",
	  "<text>:2:1: error: field has incomplete type 'struct later'" },
	{ "BPF_TABLE(\"histogram\", int, u32, m, 64);",
	  "<text>:1:34: error: map 'm': the leaf of a histogram must be u64" },
	{ "BPF_ARRAY_OF_MAPS(m, \"none\", 4);",
	  "<text>:1:19: error: map 'm': there is no map 'none' to be held in it" },
	{ "int m SEC(\"maps/hash\") = 1;",
	  "<text>:1:5: error: map 'm': it must be a variable of struct type" },
	{ "int n;\nBPF_HASH(m, u32, u32, n);",
	  "<text>:2:1: error: initializer element is not a compile-time constant" },
	/* Methods that a map does not have. */
	{ "BPF_HASH(m);\nint f(void *ctx) {\n	return m.push(0, 0);\n}",
	  "<text>:3:11: error: no member named 'push' in 'struct m_table_t'" },
	{ "BPF_PERF_OUTPUT(m);\nint f(void *ctx) { int k = 0; return m.lookup(&k) != 0; }",
	  "<text>:2:40: error: no member named 'lookup'" },
	{ "BPF_TABLE(\"array\", int, u64, m, 1);\nint f(void *ctx) {\n	return m.get_stackid(ctx, 0);\n}",
	  "<text>:3:9: error: map 'm', of type 'array', has no method 'get_stackid'" },
	{ "BPF_TABLE(\"hash\", int, u64, m, 1);\nint f(void *ctx) { return m.sum(0); }",
	  "no member named 'sum'" },
	/* Wrong arguments. */
	{ "BPF_HASH(m, u64);\nint f(void *ctx) {\n	u32 k = 1;\n	return m.lookup((u64 *)&k) != 0;\n}",
	  "<text>:4:9: error: map 'm' has a key of 8 bytes; this is the address of 4" },
	{ "BPF_HASH(m, u32, u64);\nint f(void *ctx) { u32 k = 1, v = 1; return m.update(&k, (u64 *)&v); }",
	  "map 'm' has a leaf of 8 bytes; this is the address of 4" },
	{ "struct s { int a; };\nBPF_HASH(m, u32);\nint f(void *ctx) {\n	struct s k = {};\n	"
	  "return m.lookup(k) != 0;\n}",
	  "<text>:5:18: error: passing 'struct s' to parameter of incompatible type" },
	{ "struct s { int a; };\nBPF_HASH(m, u32);\nint f(void *ctx) {\n	struct s k = {};\n	"
	  "m.increment(k);\n	return 0;\n}",
	  "<text>:5:14: error: passing 'struct s' to parameter of incompatible type" },
	{ "BPF_HASH(m, u32);\nint f(void *ctx) { return m.lookup() != 0; }",
	  "<text>:2:36: error: too few arguments to function call, expected 1, have 0" },
	{ "struct s { int a; };\nBPF_HASH(m, u32, struct s);\nint f(void *ctx) {\n	"
	  "m.increment(1);\n	return 0;\n}",
	  "<text>:4:2: error: increment needs a map whose leaf is an integer" },
	{ "BPF_HASH(m, u32, u16);\nint f(void *ctx) {\n	m.atomic_increment(1);\n	return 0;\n}",
	  "<text>:3:2: error: atomic_increment needs a leaf of 4 or 8 bytes" },
	/* Other uses of a map's variable. */
	{ "BPF_HASH(m);\nint f(void *ctx) {\n	void *p = m.lookup;\n	return p != 0;\n}",
	  "<text>:3:14: error: the method 'lookup' of a map can only be called" },
	{ "BPF_HASH(m);\nint f(void *ctx) {\n	return m.max_entries;\n}",
	  "<text>:3:11: error: a map has methods only; its other members have no values" },
	{ "BPF_HASH(m);\nint f(void *ctx) {\n	m.key = 1;\n	return 0;\n}",
	  "<text>:3:8: error: a map has methods only; nothing can be stored in its members" },
};

static void wrong_uses_are_errors_at_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cbcc *b = cbcc_new(cases[i].text, NULL);

		if (b)
			fail_msg("this compiles: %s", cases[i].text);
		assert_error_has(cases[i].error);
	}
}

/* Every map type, and of the methods that not all have those that it has. */
static const struct {
	const char *type, *methods;
} types[] = {
	{ "hash", "" },
	{ "array", "" },
	{ "percpu_hash", "" },
	{ "percpu_array", "" },
	{ "lru_hash", "" },
	{ "lru_percpu_hash", "" },
	{ "lpm_trie", "" },
	{ "histogram", "" },
	{ "prog", "call " },
	{ "perf_output", "perf_submit perf_submit_skb perf_read perf_counter_value " },
	{ "perf_array", "perf_submit perf_submit_skb perf_read perf_counter_value " },
	{ "ringbuf", "ringbuf_output ringbuf_reserve ringbuf_submit ringbuf_discard ringbuf_query " },
	{ "queue", "push pop peek " },
	{ "stack", "push pop peek " },
	{ "cgroup_array", "check_current_task " },
	{ "stacktrace", "get_stackid " },
	{ "devmap", "redirect_map " },
	{ "cpumap", "redirect_map " },
	{ "xskmap", "redirect_map " },
	{ "hash_of_maps$in", "" },
	{ "array_of_maps$in", "" },
	{ "sk_storage", "sk_storage_get sk_storage_delete " },
	{ "inode_storage", "inode_storage_get inode_storage_delete " },
	{ "task_storage", "task_storage_get task_storage_delete " },
	{ "sockmap", "sock_map_update " },
	{ "sockhash", "sock_hash_update msg_redirect_hash sk_redirect_hash " },
	{ "cgroup_storage", "get_local_storage " },
	{ "percpu_cgroup_storage", "get_local_storage " },
};

/* Their calls; the arguments are of the right types. */
static const struct {
	const char *name, *call;
} methods[] = {
	{ "call", "call(ctx, 1)" },
	{ "get_stackid", "get_stackid(ctx, 0)" },
	{ "perf_submit", "perf_submit(ctx, &v, 8)" },
	{ "perf_submit_skb", "perf_submit_skb(ctx, 10, &v, 8)" },
	{ "perf_read", "perf_read(0)" },
	{ "perf_counter_value", "perf_counter_value(0, &v, 8)" },
	{ "ringbuf_output", "ringbuf_output(&v, 8, 0)" },
	{ "ringbuf_reserve", "ringbuf_reserve(8)" },
	{ "ringbuf_submit", "ringbuf_submit(&v, 0)" },
	{ "ringbuf_discard", "ringbuf_discard(&v, 0)" },
	{ "ringbuf_query", "ringbuf_query(0)" },
	{ "check_current_task", "check_current_task(0)" },
	{ "redirect_map", "redirect_map(0, 0)" },
	{ "push", "push(&v, 0)" },
	{ "pop", "pop(&v)" },
	{ "peek", "peek(&v)" },
	{ "sock_map_update", "sock_map_update(ctx, &k, 0)" },
	{ "sock_hash_update", "sock_hash_update(ctx, &k, 0)" },
	{ "msg_redirect_hash", "msg_redirect_hash(ctx, &k, 0)" },
	{ "sk_redirect_hash", "sk_redirect_hash(ctx, &k, 0)" },
	{ "sk_storage_get", "sk_storage_get(ctx, &v, 0)" },
	{ "sk_storage_delete", "sk_storage_delete(ctx)" },
	{ "inode_storage_get", "inode_storage_get(ctx, &v, 0)" },
	{ "inode_storage_delete", "inode_storage_delete(ctx)" },
	{ "task_storage_get", "task_storage_get(ctx, &v, 0)" },
	{ "task_storage_delete", "task_storage_delete(ctx)" },
	{ "get_local_storage", "get_local_storage(0)" },
};

static bool has_method(const char *list, const char *method)
{
	size_t length = strlen(method);

	for (; *list; list += strcspn(list, " ") + 1)
		if (strncmp(list, method, length) == 0 && list[length] == ' ')
			return true;
	return false;
}

static void check_method(const char *type, const char *list, size_t method)
{
	char text[512], error[128];
	struct cbcc *b;

	snprintf(text, sizeof text,
		 "BPF_HASH(in); BPF_TABLE(\"%s\", int, u64, m, 1);\n"
		 "int f(void *ctx) {\n	int k = 0; u64 v = 0;\n	m.%s;\n	return 0;\n}",
		 type, methods[method].call);
	snprintf(error, sizeof error, "<text>:4:2: error: map 'm', of type '%.*s', has no method '%s'",
		 (int)strcspn(type, "$"), type, methods[method].name);
	b = cbcc_new(text, NULL);
	if (has_method(list, methods[method].name) != (b != NULL))
		fail_msg("%s map: %s %s", type, methods[method].call, b ? "compiles" : cbcc_last_error());
	if (!b)
		assert_error_has(error);
	cbcc_free(b);
}

static void types_have_their_own_methods_only(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		for (size_t j = 0; j < sizeof methods / sizeof *methods; j++)
			check_method(types[i].type, types[i].methods, j);
}

/* A text that needs a map of a type. */
#define OF_TYPE(type, entries)                                                                               \
	"#include <bpf/bpf_helpers.h>\n"                                                                     \
	"struct { __uint(type, " type                                                                        \
	"); __type(key, int); __type(value, int); __uint(max_entries, " entries                              \
	"); __uint(map_flags, BPF_F_NO_PREALLOC); } m SEC(\".maps\");\n"                                     \
	"SEC(\"xdp\") int f(struct xdp_md *c) { return (long)&m != 0; }"

static void a_map_that_the_kernel_refuses_is_named(void **state)
{
	static const struct {
		const char *text, *error;
	} refused[] = {
		{ "BPF_HASH(a); BPF_TABLE_PUBLIC(\"hash\", u32, u64, b, 0);",
		  "cannot make the map b: 0 entries, keys of 4 bytes, values of 8: Invalid argument" },
		{ "struct big { char c[99999999]; }; BPF_HASH(a); BPF_TABLE_PUBLIC(\"hash\", u32, struct "
		  "big, b, 1);",
		  "cannot make the map b: 1 entries, keys of 4 bytes, values of 99999999: Argument list too "
		  "long" },
		{ OF_TYPE("999", "4"),
		  "cannot make the map m: no type of maps with the number 999 is known" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		assert_null(cbcc_new(refused[i].text, NULL));
		assert_error_has(refused[i].error);
	}
}

static void a_type_of_maps_that_the_kernel_lacks_is_named_with_its_version(void **state)
{
	(void)state;
	if (libbpf_probe_bpf_map_type(CGRP_STORAGE, NULL) != 0)
		skip_other_kernel("this kernel has storages of cgroups");
	assert_null(cbcc_new(OF_TYPE("32", "0"), NULL));
	assert_int_equal(errno, EOPNOTSUPP);
	assert_error_has(
		"cannot make the map m: this kernel has no maps of type cgrp_storage (Linux 6.2 and newer");
}

/* Programs of BCC do this, and mean it. */
static void keys_may_be_of_another_integer_type(void **state)
{
	(void)state;
	assert_int_equal(run("BPF_ARRAY(a, u64, 1);\n"
			     "int f(void *ctx) { u32 k = 0; u64 v = 42, *p; a.update(&k, &v); p = "
			     "a.lookup(&k); return p ? *p : 0; }"),
			 42);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_uses_are_errors_at_their_line),
		cmocka_unit_test(types_have_their_own_methods_only),
		cmocka_unit_test(a_map_that_the_kernel_refuses_is_named),
		cmocka_unit_test(a_type_of_maps_that_the_kernel_lacks_is_named_with_its_version),
		cmocka_unit_test(keys_may_be_of_another_integer_type),
	};

	return run_selected_tests(tests, argc, argv);
}
