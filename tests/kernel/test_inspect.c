/* SPDX-License-Identifier: Apache-2.0 */
/* What a handle says of itself: its tables, its functions, what is attached; and what an error is about. */
#include "run.h"
#include "trace.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

static void tables_are_listed_in_the_order_of_the_text(void **state)
{
	static const char *const names[] = { "middle", "zero", "alpha" };
	struct cbcc_opts opts = { .sz = sizeof opts, .private_trace = true };
	struct cbcc *b;

	(void)state;
	require_root();
	b = cbcc_new("#include <bpf/bpf_helpers.h>\n"
		     "BPF_HASH(zero); BPF_ARRAY(alpha, u64, 1);"
		     "struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } middle "
		     "SEC(\".maps\");"
		     "int global; int f(void *ctx) { bpf_trace_printk(\"%d\", global++); return 0; }",
		     &opts);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_int_equal(cbcc_num_tables(b), 3);
	for (int i = 0; i < 3; i++) {
		assert_string_equal(cbcc_table_name(cbcc_get_table_by_index(b, i)), names[i]);
		assert_ptr_equal(cbcc_get_table_by_index(b, i), cbcc_get_table(b, names[i]));
	}
	assert_int_equal(cbcc_table_type(cbcc_get_table_by_index(b, 0)), BPF_MAP_TYPE_RINGBUF);
	assert_null(cbcc_get_table_by_index(b, 3));
	assert_int_equal(errno, EINVAL);
	assert_error_has("has 3 tables");
	assert_null(cbcc_get_table_by_index(b, -1));
	cbcc_free(b);
	assert_int_equal(cbcc_num_tables(NULL), -EINVAL);
}

static const struct {
	const char *name, *text;
	enum cbcc_histogram histogram;
} histograms[] = {
	{ "log2l",
	  "BPF_HISTOGRAM(t); int f(void *ctx) { t.increment(bpf_log2l(bpf_ktime_get_ns())); return 0; }",
	  CBCC_HISTOGRAM_LOG2 },
	{ "log2",
	  "BPF_HISTOGRAM(t); int f(void *ctx) { t.increment(bpf_log2(bpf_get_prandom_u32())); return 0; }",
	  CBCC_HISTOGRAM_LOG2 },
	{ "in a struct",
	  "struct key { u32 cpu; u64 slot; }; BPF_HISTOGRAM(t, struct key);"
	  "int f(void *ctx) { struct key key = { .cpu = bpf_get_smp_processor_id() };"
	  " key.slot = bpf_log2l(bpf_ktime_get_ns() / 1000); t.increment(key); return 0; }",
	  CBCC_HISTOGRAM_LOG2 },
	{ "in a function, limited",
	  "BPF_HISTOGRAM(t); static int slot(u64 n) { u64 s = bpf_log2l(n); if (s > 20) s = 20; return s; }"
	  "int f(void *ctx) { t.atomic_increment(slot(bpf_ktime_get_ns())); return 0; }",
	  CBCC_HISTOGRAM_LOG2 },
	{ "linear",
	  "BPF_HISTOGRAM(t); int f(void *ctx) { t.increment(bpf_get_prandom_u32() / 100000000); return 0; }",
	  CBCC_HISTOGRAM_LINEAR },
	{ "another one's logarithm",
	  "BPF_HISTOGRAM(t); BPF_HISTOGRAM(other);"
	  "int f(void *ctx) { u64 n = bpf_ktime_get_ns(); other.increment(bpf_log2l(n)); t.increment(n & "
	  "31); return 0; }",
	  CBCC_HISTOGRAM_LINEAR },
	{ "no histogram",
	  "BPF_HASH(t); int f(void *ctx) { t.increment(bpf_log2l(bpf_ktime_get_ns())); return 0; }",
	  CBCC_HISTOGRAM_NONE },
};

static void histograms_are_known(void **state)
{
	(void)state;
	require_root();
	for (size_t i = 0; i < sizeof histograms / sizeof *histograms; i++) {
		struct cbcc *b = compiled(histograms[i].text);
		const struct cbcc_table *t = cbcc_get_table(b, "t");

		assert_non_null(t);
		if (cbcc_table_histogram(t) != histograms[i].histogram)
			fail_msg("%s: %d", histograms[i].name, cbcc_table_histogram(t));
		cbcc_free(b);
	}
	assert_int_equal(cbcc_table_histogram(NULL), CBCC_HISTOGRAM_NONE);
}

static void sections_of_functions_are_told(void **state)
{
	struct cbcc *b = compiled("SEC(\"?kprobe/do_unlinkat\") int a(void *ctx) { return 0; }"
				  "int b(void *ctx) { return 0; }");

	(void)state;
	assert_string_equal(cbcc_function_section(b, 0), "?kprobe/do_unlinkat");
	assert_null(cbcc_function_section(b, 1));
	assert_int_equal(errno, ENOENT);
	assert_null(cbcc_function_section(b, 2));
	assert_int_equal(errno, EINVAL);
	cbcc_free(b);
}

static void what_is_attached_is_listed(void **state)
{
	struct cbcc_attachment at;
	struct cbcc *b;

	(void)state;
	require_root();
	b = new_only_ours("int f(void *ctx) { return 0; } int g(void *ctx) { return 0; }", NULL);
	assert_int_equal(cbcc_num_attachments(b), 0);
	assert_int_equal(cbcc_get_attachment(b, 0, &at), -EINVAL);
	assert_ok(cbcc_attach_tracepoint(b, "syscalls:sys_enter_getpgid", "g"));
	assert_ok(cbcc_attach_raw_tracepoint(b, "sys_exit", "f"));
	assert_int_equal(cbcc_num_attachments(b), 2);
	assert_ok(cbcc_get_attachment(b, 0, &at));
	assert_string_equal(at.kind, "tracepoint");
	assert_string_equal(at.event, "syscalls:sys_enter_getpgid");
	assert_string_equal(at.function, "g");
	assert_int_equal(at.places, 1);
	assert_ok(cbcc_get_attachment(b, 1, &at));
	assert_string_equal(at.event, "sys_exit");
	assert_int_equal(cbcc_get_attachment(b, 2, &at), -EINVAL);
	assert_int_equal(cbcc_get_attachment(b, -1, &at), -EINVAL);
	cbcc_free(b);
	assert_int_equal(cbcc_num_attachments(NULL), -EINVAL);
}

static uint32_t loaded_type(struct cbcc *b, const char *fn)
{
	struct cbcc_program_info info;

	assert_ok(cbcc_get_program_info(b, fn, &info));
	return info.type;
}

static void functions_are_loaded_and_not_attached(void **state)
{
	struct cbcc_opts opts = { .sz = sizeof opts, .load_only = true };
	struct cbcc_program_info info;
	struct cbcc *b;

	(void)state;
	require_root();
	b = cbcc_new(
		"BPF_PROG_ARRAY(next, 4);"
		"int kprobe__no_such_function(void *ctx) { return 0; }"
		"TRACEPOINT_PROBE(syscalls, sys_enter_getpgid) { next.call(args, 1); return args->pid; }"
		"int raw_tracepoint__sys_enter(struct bpf_raw_tracepoint_args *ctx) { return ctx->args[1]; }"
		"int on_packet(struct xdp_md *ctx) { return XDP_PASS; }"
		"int on_probe(struct pt_regs *ctx) { return PT_REGS_IP(ctx); }"
		"int unknown(void *ctx) { return 0; }"
		"SEC(\"uprobe//bin/sh:no_such_function\") int in_section(void *ctx) { return 0; }"
		"SEC(\"?kprobe/do_unlinkat\") int left_out(void *ctx) { return 0; }"
		"SEC(\"xdp\") int xdp_section(struct xdp_md *ctx) { return XDP_DROP; }",
		&opts);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_int_equal(cbcc_num_attachments(b), 0);
	assert_int_equal(loaded_type(b, "kprobe__no_such_function"), BPF_PROG_TYPE_KPROBE);
	assert_int_equal(loaded_type(b, "tracepoint__syscalls__sys_enter_getpgid"), BPF_PROG_TYPE_TRACEPOINT);
	assert_int_equal(loaded_type(b, "raw_tracepoint__sys_enter"), BPF_PROG_TYPE_RAW_TRACEPOINT);
	assert_int_equal(loaded_type(b, "on_packet"), BPF_PROG_TYPE_XDP);
	assert_int_equal(loaded_type(b, "on_probe"), BPF_PROG_TYPE_KPROBE);
	assert_int_equal(loaded_type(b, "in_section"), BPF_PROG_TYPE_KPROBE);
	assert_int_equal(loaded_type(b, "xdp_section"), BPF_PROG_TYPE_XDP);
	assert_int_equal(cbcc_get_program_info(b, "unknown", &info), -ENOENT);
	assert_int_equal(cbcc_get_program_info(b, "left_out", &info), -ENOENT);
	cbcc_free(b);
}

static void assert_kind(enum cbcc_error_kind kind)
{
	if (cbcc_last_error_kind() != kind)
		fail_msg("the kind is %d: %s", cbcc_last_error_kind(), cbcc_last_error());
}

static void an_error_says_what_it_is_about(void **state)
{
	struct cbcc_opts load_only = { .sz = sizeof load_only, .load_only = true };
	struct cbcc *b;

	(void)state;
	require_root();
	assert_null(cbcc_new("int f(", NULL));
	assert_kind(CBCC_ERROR_COMPILE);
	assert_null(cbcc_new(NULL, NULL));
	assert_kind(CBCC_ERROR_USAGE);
	assert_null(cbcc_new_from_file("/nowhere/x.c", NULL));
	assert_kind(CBCC_ERROR_OTHER);
	assert_null(cbcc_new("int tracepoint__no__such(void *ctx) { return 0; }", NULL));
	assert_kind(CBCC_ERROR_ATTACH);
	assert_null(cbcc_new("BPF_HASH(h); int raw_tracepoint__sys_enter(void *ctx)"
			     "{ u64 k = 0, *v = h.lookup(&k); return *v; }",
			     &load_only));
	assert_kind(CBCC_ERROR_LOAD);
	b = compiled("BPF_HASH(h); int f(void *ctx) { return 0; }"
		     "int refused(void *ctx) { u64 k = 0, *v = h.lookup(&k); return *v; }");
	assert_int_equal(cbcc_attach_tracepoint(b, "no:such", "f"), -ENOENT);
	assert_kind(CBCC_ERROR_ATTACH);
	assert_true(cbcc_attach_tracepoint(b, "syscalls:sys_enter_getpgid", "refused") < 0);
	assert_kind(CBCC_ERROR_LOAD);
	assert_int_equal(cbcc_attach_tracepoint(b, "syscalls:sys_enter_getpgid", "absent"), -ENOENT);
	assert_kind(CBCC_ERROR_USAGE);
	assert_int_equal(cbcc_attach_uprobe(b, "/nowhere/at/all", "f", "f"), -ENOENT);
	assert_kind(CBCC_ERROR_ATTACH);
	assert_int_equal(cbcc_attach_xdp(b, "no-such-device", "f", 0), -ENODEV);
	assert_kind(CBCC_ERROR_ATTACH);
	assert_null(cbcc_get_table(b, "absent"));
	assert_kind(CBCC_ERROR_USAGE);
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_listed_in_the_order_of_the_text),
		cmocka_unit_test(histograms_are_known),
		cmocka_unit_test(sections_of_functions_are_told),
		cmocka_unit_test(what_is_attached_is_listed),
		cmocka_unit_test(functions_are_loaded_and_not_attached),
		cmocka_unit_test(an_error_says_what_it_is_about),
	};

	return run_selected_tests(tests, argc, argv);
}
