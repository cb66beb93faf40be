/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that can be attached: the macros that begin them, their names in the kernel, what they may return. */
#include "run.h"

#include <bpf/bpf.h>
#include <string.h>
#include <unistd.h>

#include "handle.h"
#include "loader/program.h"

static void a_program_with_arguments_gets_them_from_its_context(void **state)
{
	const uint64_t args[RUN_ARGS_MAX] = { 1, (uint64_t)-2, 1ull << 40, 4, 5, 6, 7, 8, 9, 10, 11, 12 };

	(void)state;
	assert_int_equal(
		run_with_args(
			"BPF_PROG(f, u8 a, int b, u64 c) { return a == 1 && b == -2 && c == 1ull << 40; }",
			"f", args),
		1);
	assert_int_equal(run_with_args("BPF_PROG(f) { return ctx[3]; }", "f", args), 4);
	assert_int_equal(
		run_with_args(
			"BPF_PROG(f, long a, long b, long c, long d, long e, long g, long h, long i, long j,"
			"	 long k, long l, long m) { return a + b + d + e + g + h + i + j + k + l + "
			"100 * m; }",
			"f", args),
		1 - 2 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 1200);
}

static size_t instructions(struct cbcc *b, const char *fn)
{
	struct program *program;

	assert_ok(program_get(b, handle_function(b, fn), BPF_PROG_TYPE_KPROBE, &program));
	return bpf_program__insn_cnt(program->bpf);
}

/* No register is read for them, and no memory. */
static void parameters_that_are_not_used_cost_nothing(void **state)
{
	struct cbcc *b = handle_compiled(
		strdup("int f(struct pt_regs *ctx, int a, struct sock *sk, char *name, u64 d, u64 e, u8 g) { "
		       "return 7; }\n"
		       "int syscall__openat(struct pt_regs *ctx, int dfd, const char *name, int flags) { "
		       "return 7; }\n"
		       "int used(struct pt_regs *ctx, int a, u64 c) { return c; }\n"
		       "int syscall__close(struct pt_regs *ctx, int fd) { return fd; }"),
		"<text>", NULL);

	(void)state;
	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_int_equal(instructions(b, "f"), 2);
	assert_int_equal(instructions(b, "syscall__openat"), 2);
	assert_false(handle_function(b, "f")->reads_registers);
	assert_false(handle_function(b, "syscall__openat")->reads_registers);
	assert_true(handle_function(b, "used")->reads_registers);
	assert_true(handle_function(b, "syscall__close")->reads_registers);
	cbcc_free(b);
}

/* An array is a pointer, as in any function. */
static void parameters_may_be_declared_in_any_way(void **state)
{
	struct cbcc *b = compiled(
		"typedef int (*callback)(int);\n"
		"int f(struct pt_regs *ctx, char name[16], int (*function)(int), callback also,\n"
		"      const struct task_struct *const *tasks, _Bool yes, enum bpf_map_type type) {\n"
		"	return name[3] + (function != also) + (*tasks)->pid + yes + type;\n"
		"}");

	(void)state;
	assert_true(instructions(b, "f") > 2);
	cbcc_free(b);
}

static void parameters_that_no_register_holds_are_errors(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "int f(struct pt_regs *c, int a, int b, int d, int e, int g, int h,\n	int i) { return 0; }",
		  "<text>:2:6: error: too many arguments: a program gets its context and at most 6" },
		{ "int f(struct pt_regs *, int a) { return a; }",
		  "<text>:1:23: error: arguments of a program must have names" },
		{ "struct s { long a, b; };\nint f(struct pt_regs *c, struct s s) { return s.a; }",
		  "<text>:2:5: error: function 'f': an argument of a program must fit a register" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_null(cbcc_new(cases[i].text, NULL));
		assert_error_has(cases[i].error);
	}
}

/* Of 0x1122334455667788, and of the same number as one of 128 bits. */
#define NETWORK_ORDER                                                                                        \
	"#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__\n"                                                    \
	"enum { SHORT = 0x8877, INT = 0x88776655, LONG = 0x8877665544332211, LOW = 0, HIGH = LONG };\n"      \
	"#else\n"                                                                                            \
	"enum { SHORT = 0x7788, INT = 0x55667788, LONG = 0x1122334455667788, LOW = LONG, HIGH = 0 };\n"      \
	"#endif\n"

static void bytes_are_swapped_between_orders(void **state)
{
	const uint64_t args[RUN_ARGS_MAX] = { 0x1122334455667788 };

	(void)state;
	assert_int_equal(
		run_with_args(NETWORK_ORDER
			      "BPF_PROG(f, u64 x) {"
			      "	return bpf_ntohs(x) == SHORT && bpf_htons(x) == SHORT &&"
			      "	       bpf_ntohl(x) == INT && bpf_htonl(x) == INT &&"
			      "	       bpf_ntohll(x) == LONG && bpf_htonll(bpf_ntohll(x)) == x &&"
			      "	       ntohs(x) == SHORT && htonl(x) == INT; }",
			      "f", args),
		1);
	assert_int_equal(
		run_with_args(NETWORK_ORDER
			      "BPF_PROG(f, u64 x) {"
			      "	unsigned __int128 swapped = bpf_hton128(x);"
			      "	return (u64)swapped == LOW && (u64)(swapped >> 64) == HIGH; }",
			      "f", args),
		1);
	assert_int_equal(
		run("int f(void *ctx) { switch (htons(80)) { case bpf_htons(80): return 1; } return 0; }"),
		1);
}

static void arithmetic_macros_have_the_documented_values(void **state)
{
	(void)state;
	assert_int_equal(run("int f(void *ctx) {"
			     "	return MASK(0) == 0 && MASK(9) == 511 && MASK(64) == ~0ull && MASK128(65) >> "
			     "64 == 1 &&"
			     "	       ~MASK128(128) == 0; }"),
			 1);
	for (unsigned int bit = 0; bit < 64; bit++) {
		const uint64_t args[RUN_ARGS_MAX] = { 1ull << bit, (1ull << bit) | (1ull << bit) >> 1 };

		assert_int_equal(
			run_with_args("BPF_PROG(f, u64 x, u64 y) { return bpf_log2l(x) | bpf_log2l(y) << 8 |"
				      "	bpf_log2((u32)x) << 16; }",
				      "f", args),
			(bit + 1) | (bit + 1) << 8 | (bit < 32 ? bit : 0) << 16);
	}
	assert_int_equal(run_with_args("BPF_PROG(f, u64 x) { return bpf_log2l(x) << 8 | bpf_log2(x); }", "f",
				       (const uint64_t[RUN_ARGS_MAX]){ 0 }),
			 1 << 8);
	assert_int_equal(run("int f(void *ctx) { u64 x = 5; lock_xadd(&x, 37); return x; }"), 42);
}

static void the_number_of_processors_is_a_constant(void **state)
{
	(void)state;
	assert_int_equal(run("int f(void *ctx) { char c[bpf_num_cpus()]; return sizeof(c); }"),
			 sysconf(_SC_NPROCESSORS_ONLN));
}

static void a_system_calls_arguments_are_in_its_own_registers(void **state)
{
	(void)state;
	assert_int_equal(run("int f(void *ctx) {"
			     "	struct pt_regs regs = {};"
			     "	PT_REGS_PARM1_SYSCALL(&regs) = 1, PT_REGS_PARM2(&regs) = 20;"
			     "	PT_REGS_PARM3(&regs) = 300, PT_REGS_PARM4_SYSCALL(&regs) = 4000;"
			     "	PT_REGS_PARM5(&regs) = 50000;"
			     "	return PT_REGS_PARM1_SYSCALL(&regs) + PT_REGS_PARM2_SYSCALL(&regs) +"
			     "	       PT_REGS_PARM3_SYSCALL(&regs) + PT_REGS_PARM4_SYSCALL(&regs) +"
			     "	       PT_REGS_PARM5_SYSCALL(&regs); }"),
			 54321);
	assert_int_equal(run("int f(void *ctx) {"
			     "	struct pt_regs inner = {}, outer = {}, *regs;"
			     "	PT_REGS_PARM1(&outer) = (unsigned long)&inner;"
			     "	regs = PT_REGS_SYSCALL_CTX(&outer);"
			     "	return (void *)regs ==\n"
			     "#ifdef CONFIG_ARCH_HAS_SYSCALL_WRAPPER\n"
			     "	&inner;\n"
			     "#else\n"
			     "	&outer;\n"
			     "#endif\n"
			     "}"),
			 1);
}

/* A socket's filter sees what is behind the Ethernet header. */
static void packets_are_read_in_network_order(void **state)
{
	struct cbcc *b = cbcc_new("int f(struct __sk_buff *skb) {"
				  "	return load_byte(skb, 0) == 14 && load_half(skb, 1) == 0x0f10 &&"
				  "	       load_word(skb, 3) == 0x11121314 && load_dword(skb, 4) == "
				  "0x1213141516171819; }",
				  NULL);
	unsigned char packet[64];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof packet);
	struct program *program;

	(void)state;
	if (!b)
		fail_msg("%s", cbcc_last_error());
	for (unsigned int i = 0; i < sizeof packet; i++)
		packet[i] = i;
	assert_ok(program_get(b, handle_function(b, "f"), BPF_PROG_TYPE_SOCKET_FILTER, &program));
	assert_int_equal(bpf_prog_test_run_opts(bpf_program__fd(program->bpf), &opts), 0);
	assert_int_equal(opts.retval, 1);
	cbcc_free(b);
}

/* BCC's rewriter makes calls of its own macro; a text may have one of that name. */
static void names_that_only_bccs_rewriter_writes_are_the_texts(void **state)
{
	(void)state;
	assert_int_equal(run("#ifdef BCC_PROBE_READ\n#error\n#endif\n"
			     "static int BCC_PROBE_READ(int x) { return x + 1; }\n"
			     "int f(void *ctx) { return BCC_PROBE_READ(41); }"),
			 42);
}

static void names_of_the_dialect_are_visible(void **state)
{
	(void)state;
	assert_int_equal(run("int mine BCC_SEC(\".data.mine\") = 3;"
			     "BCC_SEC_HELPERS static int helper(void) { return mine; }"
			     "int f(void *ctx) {"
			     "	_Static_assert(BPF_MAX_STACK_DEPTH == 127, \"\");"
			     "	_Static_assert(sizeof(struct bpf_stacktrace) == 127 * 8, \"\");"
			     "	_Static_assert(sizeof(struct bpf_stacktrace_buildid) == 127 * 32, \"\");"
			     "	_Static_assert(sizeof(struct bpf_map_def) == 16, \"\");"
			     "	_Static_assert(CUR_CPU_IDENTIFIER == 0xffffffff, \"\");"
			     "	return helper(); }"),
			 3);
}

/* The name of function fn's program in the kernel. */
static void kernel_name(struct cbcc *b, const char *fn, char name[BPF_OBJ_NAME_LEN])
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof info;
	struct program *program;

	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_ok(program_get(b, handle_function(b, fn), BPF_PROG_TYPE_RAW_TRACEPOINT, &program));
	assert_int_equal(bpf_obj_get_info_by_fd(bpf_program__fd(program->bpf), &info, &size), 0);
	memcpy(name, info.name, BPF_OBJ_NAME_LEN);
}

/* BPF_ITER's, KMOD_RET's and kprobes' names: not those that would attach themselves here. */
static void names_lose_their_prefix_in_the_kernel(void **state)
{
	static const char *const names[][2] = {
		{ "plain", "plain" },           { "kmod_ret__inet_bind", "inet_bind" },
		{ "bpf_iter__task", "task" },   { "bpf_iter__a_name_longer_than_fifteen", "a_name_longer_t" },
		{ "bpf_iter__", "bpf_iter__" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char text[128], name[BPF_OBJ_NAME_LEN];
		struct cbcc *b;

		snprintf(text, sizeof text, "int %s(void *ctx) { return 0; }", names[i][0]);
		b = cbcc_new(text, NULL);
		kernel_name(b, names[i][0], name);
		assert_string_equal(name, names[i][1]);
		cbcc_free(b);
	}
}

static void programs_whose_short_names_are_equal_stay_apart(void **state)
{
	char name[BPF_OBJ_NAME_LEN], other[BPF_OBJ_NAME_LEN];
	struct cbcc *b = cbcc_new("int same = 1;"
				  "int bpf_iter__same(void *ctx) { return 1 + same; }"
				  "int kmod_ret__same(void *ctx) { return 2 + same; }",
				  NULL);

	(void)state;
	kernel_name(b, "bpf_iter__same", name);
	kernel_name(b, "kmod_ret__same", other);
	assert_memory_equal(name, "same", 4);
	assert_memory_equal(other, "same", 4);
	assert_int_equal(run_function(b, "bpf_iter__same"), 2);
	assert_int_equal(run_function(b, "kmod_ret__same"), 3);
	cbcc_free(b);
}

static void a_section_of_its_own_says_nothing(void **state)
{
	(void)state;
	assert_int_equal(run("SEC(\"mine\") int f(void *ctx) { return 5; }"), 5);
	assert_int_equal(run("SEC(\"maps/xdp\") int f(void *ctx) { return 6; }"), 6);
	assert_int_equal(run("SEC(\"fentry_mine/do_nanosleep\") int f(void *ctx) { return 7; }"), 7);
	assert_int_equal(run("SEC(\"mine\") int f(void *ctx) { return 8; } SEC(\"mine\") int g(void *ctx) { "
			     "return 9; }"),
			 8);
}

static void any_return_type_will_do(void **state)
{
	(void)state;
	assert_int_equal(run("void f(void *ctx) { }"), 0);
	assert_int_equal(run("void f(void *ctx, int a) { bpf_get_smp_processor_id(); }"), 0);
	assert_int_equal(run("void f() { bpf_ktime_get_ns(); }"), 0);
	assert_int_equal(run("void g(void *ctx) { } int f(void *ctx) { g(ctx); return 4; }"), 4);
	assert_int_equal(run("u8 f(void *ctx) { return 258; }"), 2);
	assert_int_equal(run("u32 *f(void *ctx) { return (u32 *)7; }"), 7);
}

static void functions_are_called_by_functions(void **state)
{
	(void)state;
	assert_int_equal(run("__attribute__((noinline)) static int twice(int x) { return 2 * x; }"
			     "int g(void *ctx) { return twice(4); }"
			     "int f(void *ctx) { return g(ctx) + twice(1); }"),
			 10);
}

/* What a pointer leads to is known when all is inlined. */
static void functions_are_called_by_constant_pointers(void **state)
{
	(void)state;
	assert_int_equal(
		run("typedef int (*step)(int);"
		    "struct steps { step first, second; };"
		    "static int add(int x) { return x + 1; } static int mul(int x) { return x * 2; }"
		    "static const step list[] = { add, mul };"
		    "static int apply(step s, int x) { return s(x); }"
		    "static int twice(int (*how)(step, int), step s, int x) { return how(s, how(s, x)); }"
		    "static int both(struct steps *s, int x) { return s->second(s->first(x)); }"
		    "int f(void *ctx) {"
		    "	step one = add; struct steps steps = { add, mul };"
		    "	return one(0) + apply(mul, 5) * 10 + twice(apply, mul, 1) * 100 + list[1](3) * 1000 +"
		    "	       both(&steps, 3) * 10000; }"),
		1 + 100 + 400 + 6000 + 80000);
	assert_null(cbcc_new("static int odd(int x); static int even(int x) { return x ? odd(x - 1) : 1; }\n"
			     "static int odd(int x) { return x ? even(x - 1) : 0; }\n"
			     "int f(long *ctx) { return even(*ctx); }",
			     NULL));
	assert_error_has("error: recursive call of function '");
}

static void expect_license(const char *text, const char *const *cflags, bool gpl)
{
	struct bpf_prog_info info = { 0 };
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = cflags, .ncflags = cflags ? 1 : 0 };
	struct cbcc *b = cbcc_new(text, &opts);
	__u32 size = sizeof info;
	struct program *program;

	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_ok(program_get(b, handle_function(b, "f"), BPF_PROG_TYPE_RAW_TRACEPOINT, &program));
	assert_int_equal(bpf_obj_get_info_by_fd(bpf_program__fd(program->bpf), &info, &size), 0);
	assert_int_equal(info.gpl_compatible, gpl);
	cbcc_free(b);
}

static void the_license_is_the_programs(void **state)
{
	struct program *program;
	struct cbcc *b;

	(void)state;
	expect_license("int f(void *ctx) { return 0; }", NULL, true);
	expect_license("#define BPF_LICENSE Dual BSD/GPL\nint f(void *ctx) { return 0; }", NULL, true);
	expect_license("#define BPF_LICENSE GPL and additional rights\nint f(void *ctx) { return 0; }", NULL,
		       true);
	expect_license("#define BPF_LICENSE Proprietary\nint f(void *ctx) { return 0; }", NULL, false);
	expect_license("#define BPF_LICENSE\nint f(void *ctx) { return 0; }", NULL, false);
	expect_license("char _license[] SEC(\"license\") = \"BSD\"; int f(void *ctx) { return 0; }", NULL,
		       false);
	b = cbcc_new("#define BPF_LICENSE Proprietary\n"
		     "int f(void *ctx) { bpf_trace_printk(\"x\"); return 0; }",
		     NULL);
	assert_non_null(b);
	assert_true(program_get(b, handle_function(b, "f"), BPF_PROG_TYPE_RAW_TRACEPOINT, &program) < 0);
	assert_error_has("GPL");
	cbcc_free(b);
}

/* The readers as a USDT context would put them before the text. */
#define READERS                                                                                              \
	"struct raw { u64 args[12]; };\n"                                                                    \
	"static __always_inline int _bpf_readarg_f_1(struct raw *ctx, void *dest, size_t len) {\n"           \
	"	if (len != sizeof(int)) return -1;\n"                                                              \
	"	*(int *)dest = ctx->args[0];\n"                                                                    \
	"	return 0;\n}\n"                                                                                    \
	"static __always_inline int _bpf_readarg_f_2(struct raw *ctx, void *dest, size_t len) {\n"           \
	"	if (len != sizeof(u64)) return -1;\n"                                                              \
	"	*(u64 *)dest = ctx->args[1];\n"                                                                    \
	"	return 0;\n}\n"

static void usdt_arguments_are_read_by_the_functions_readers(void **state)
{
	char text[] = "abc";
	const uint64_t args[12] = { 40, (uintptr_t)text };

	(void)state;
	assert_int_equal(
		run_with_args(READERS
			      "int f(struct raw *ctx) {\n"
			      "	int x = 0; short wrong = 7;\n"
			      "	return bpf_usdt_readarg(1, ctx, &x) == 0 &&\n"
			      "	       bpf_usdt_readarg(1, ctx, &wrong) == -1 && wrong == 7 ? x : 1;\n}",
			      "f", args),
		40);
	assert_int_equal(run_with_args(READERS "int f(struct raw *ctx) {\n"
					       "	char s[4] = {};\n"
					       "	bpf_usdt_readarg_p(2, ctx, s, 3);\n"
					       "	return s[0] << 16 | s[1] << 8 | s[2];\n}",
				       "f", args),
			 'a' << 16 | 'b' << 8 | 'c');
	assert_null(cbcc_new(READERS "int g(struct raw *ctx) { int x; return bpf_usdt_readarg(1, ctx, &x); }",
			     NULL));
	assert_error_has("cbcc_usdt_readarg_1");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_with_arguments_gets_them_from_its_context),
		cmocka_unit_test(parameters_that_are_not_used_cost_nothing),
		cmocka_unit_test(parameters_may_be_declared_in_any_way),
		cmocka_unit_test(parameters_that_no_register_holds_are_errors),
		cmocka_unit_test(bytes_are_swapped_between_orders),
		cmocka_unit_test(arithmetic_macros_have_the_documented_values),
		cmocka_unit_test(the_number_of_processors_is_a_constant),
		cmocka_unit_test(a_system_calls_arguments_are_in_its_own_registers),
		cmocka_unit_test(packets_are_read_in_network_order),
		cmocka_unit_test(names_that_only_bccs_rewriter_writes_are_the_texts),
		cmocka_unit_test(names_of_the_dialect_are_visible),
		cmocka_unit_test(names_lose_their_prefix_in_the_kernel),
		cmocka_unit_test(programs_whose_short_names_are_equal_stay_apart),
		cmocka_unit_test(a_section_of_its_own_says_nothing),
		cmocka_unit_test(any_return_type_will_do),
		cmocka_unit_test(functions_are_called_by_functions),
		cmocka_unit_test(functions_are_called_by_constant_pointers),
		cmocka_unit_test(usdt_arguments_are_read_by_the_functions_readers),
		cmocka_unit_test(the_license_is_the_programs),
	};

	return run_selected_tests(tests, argc, argv);
}
