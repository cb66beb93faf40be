/* SPDX-License-Identifier: Apache-2.0 */
/* Texts and arguments that are out to harm: the process lives on, nothing is written, and the answer comes in time. */
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A text, and what its error has; NULL: it compiles; "": it does not, or does, as clang likes. */
struct hostile {
	const char *text, *error;
};

static void expect(const struct hostile *hostile, const struct cbcc_opts *opts)
{
	struct cbcc *b = cbcc_new(hostile->text, opts);

	if (!b && !hostile->error)
		fail_msg("%.200s: %s", hostile->text, cbcc_last_error());
	if (b && hostile->error && *hostile->error)
		fail_msg("%.200s: compiles", hostile->text);
	if (!b) {
		assert_int_equal(errno, EINVAL);
		assert_error_has(hostile->error);
	}
	cbcc_free(b);
	/* (What LLVM would end a process for is test_fatal.c's.) */
	if (!b && strstr(cbcc_last_error(), "the compiler cannot compile this"))
		fail_msg("%.200s: %s", hostile->text, cbcc_last_error());
}

#define EXPECT_ALL(table)                                                                                    \
	do {                                                                                                 \
		for (size_t at = 0; at < sizeof(table) / sizeof *(table); at++)                              \
			expect(&(table)[at], NULL);                                                          \
	} while (0)

#define F "int f(void *ctx) { return 0; }\n"

static void includes_without_end(void **state)
{
	static const struct hostile cases[] = {
		{ "#include __FILE__\n#include __FILE__\n" F, "#include nested too deeply" },
		{ "#include \"/dev/zero\"\n" F, "error: " },
		{ "#include \"/dev/stdin\"\n" F, "error: " },
		{ "#include \"/\"\n" F, "error: " },
		{ "#include \"/proc/self/mem\"\n" F, "" },
		{ "#if __has_include(\"/dev/zero\")\n#endif\n" F, NULL },
		{ "const char z[] = {\n#embed \"/dev/zero\"\n};\n" F, "error: " },
	};

	(void)state;
	EXPECT_ALL(cases);
}

static void a_pipe_is_not_waited_for(void **state)
{
	char directory[] = "/tmp/cbcc-test-XXXXXX", path[64], text[128];

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/pipe", directory);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(text, sizeof text, "#include \"%s\"\n", path);
	expect(&(struct hostile){ text, "error: " }, NULL);
	unlink(path);
	rmdir(directory);
}

/* 60 macros, each twice the one before; the first is what it says. */
static char *doubling(const char *first, const char *use)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fprintf(out, "#define A0 %s\n", first);
	for (int i = 1; i < 60; i++)
		fprintf(out, "#define A%d A%d A%d\n", i, i - 1, i - 1);
	fputs(use, out);
	fclose(out);
	return text;
}

static void macros_that_double(void **state)
{
	static const struct {
		const char *first, *use, *error;
	} cases[] = {
		{ "", "int f(void *ctx) { A59 return 0; }", "macros expand to too many tokens" },
		{ ";", "int f(void *ctx) { A59 return 0; }", "macros expand to too many tokens" },
		{ "", "#if A59 0\n#endif", "macros expand to too many tokens" },
		{ "1 +", "int f(void *ctx) { return A59 1; }", "too many tokens in one statement" },
		{ "_Pragma(\"pack(push, 1)\")", "A59", "too many tokens" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = doubling(cases[i].first, cases[i].use);

		expect(&(struct hostile){ text, cases[i].error }, NULL);
		free(text);
	}
	expect(&(struct hostile){ "#define R R R\n#define S(x) S(x) S(x)\nint R, S; " F, "" }, NULL);
}

static void functions_that_double(void **state)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	fputs("static int g0(int x) { return bpf_get_prandom_u32() + x; }\n", out);
	for (int i = 1; i < 60; i++)
		fprintf(out, "static int g%d(int x) { return g%d(x) + g%d(x + 1); }\n", i, i - 1, i - 1);
	fputs("int f(void *ctx) { return g59(1); }\n", out);
	fclose(out);
	expect(&(struct hostile){ text, "'f' and what it calls have more than 1000000 instructions" }, NULL);
	free(text);
}

static void sizes_beyond_all_memory(void **state)
{
	static const struct hostile cases[] = {
		{ "char a[1ull << 62];", "array is too large" },
		{ "static char a[1ull << 33];\nint f(long *c) { return a[*c & 7]; }", "" },
		{ "int f(long *c) { char a[1ull << 33]; a[*c] = 1; return a[*c + 1]; }", "" },
		{ "struct s { char a[5ull << 30]; int x; };\nint f(struct pt_regs *c, struct s *p) {"
		  " struct s q = *p; return q.x; }",
		  "" },
		{ "struct s { char a[5ull << 30]; }; BPF_HASH(h, u32, struct s);" F, "" },
		{ "typedef char v __attribute__((vector_size(1 << 30)));\n"
		  "int f(v *c) { v x = *c; x += x; return x[3]; }",
		  "a vector is larger than a BPF program's stack" },
		{ "int f(long *c) { switch (*c) { case 0 ... 0x7ffffffffffffff0: return 1; } return 0; }",
		  NULL },
		{ "int f(long *c) { long x = 0; for (long i = 0; i < 1ll << 60; i++) x ^= i * x; return x; }",
		  NULL },
	};

	(void)state;
	EXPECT_ALL(cases);
}

static void attributes_of_other_machines(void **state)
{
	static const struct hostile cases[] = {
		{ "int f(void *ctx) { return 0; } int g(void *ctx) __attribute__((alias(\"f\")));", "" },
		{ "static void *r(void) { return 0; } int g(void *ctx) __attribute__((ifunc(\"r\")));", "" },
		{ "__attribute__((weak)) int f(void *ctx) { return 0; }", NULL },
		{ "__attribute__((constructor)) int f(void *ctx) { return 0; }", "" },
		{ "__attribute__((naked)) int f(void *ctx) { }", "" },
		{ "__attribute__((optnone, noinline)) int f(void *ctx) { return 0; }", "" },
		{ "int f(int __attribute__((address_space(256))) *p) { return *p; }", "" },
		{ "__thread int t; int f(void *ctx) { return t++; }", "error: " },
		{ "_Atomic int q; int f(void *ctx) { return q; }",
		  "<text>:1:42: error: BPF has relaxed atomic loads and stores only" },
		{ "static int q; int f(void *ctx) { return __atomic_load_n(&q, 0); }", NULL },
		{ "static long q; int f(void *ctx) { __atomic_store_n(&q, 1, 0); return 0; }", NULL },
		{ "static int x;\nint f(void *ctx) { return __sync_fetch_and_nand(&x, 1); }",
		  "<text>:2:27: error: BPF has no atomic operation 'nand'" },
		{ "__attribute__((section(\"a b\\n\\\"c\"))) int v; " F, "" },
		{ "__attribute__((section(\"a\\0b\"))) int f(void *ctx) { return 0; }", "" },
		{ "__attribute__((section(\"\"))) int f(void *ctx) { return 0; }", "" },
		{ "__attribute__((section(\".BTF\"))) int v = 1; " F, "" },
		{ "__attribute__((section(\".symtab\"))) int v = 1; " F, "" },
		{ "__attribute__((section(\"maps/\"))) int v; " F, "error: " },
		{ "__attribute__((section(\"maps/hash\"))) int v; " F, "error: " },
	};

	(void)state;
	EXPECT_ALL(cases);
}

static void names_of_llvm_and_assembly(void **state)
{
	static const struct hostile cases[] = {
		{ "int f(void *ctx) asm(\"a b\\n\\\"\"); " F, "" },
		{ "int f(void *ctx) asm(\"\"); " F, "" },
		{ "void c(void *, void *, long) asm(\"llvm.memcpy\"); int f(void *p) { c(p, p, 1); return 0; "
		  "}",
		  "" },
		{ "int f(void *ctx) asm(\"llvm.trap\"); " F, "" },
		{ "long e(int) asm(\"llvm.bpf.load.byte\"); int f(void *p) { return e(1); }", "" },
		{ "int f(void *ctx) { asm volatile(\"\" ::: \"memory\"); return 0; }", NULL },
		{ "int f(void *ctx) { int x; asm volatile(\"%0 = 1\" : \"=r\"(x)); return x; }", NULL },
		{ "int f(void *ctx) {\n	asm volatile(\"no such thing\");\n	return 0; }",
		  "<text>:2:2: error: inline assembly: invalid register/token name" },
		{ "int f(void *ctx) {\n	asm volatile(\".incbin \\\"/etc/passwd\\\"\"); return 0; }",
		  "<text>:2:2: error: inline assembly has instructions and labels only, not '.incbin'" },
		{ "int f(void *ctx) { asm volatile(\"r0 = 1; .InClude \\\"/x\\\"\"); return 0; }", "not '.InClude'" },
		{ "int f(void *ctx) { asm volatile(\"x: .section a\"); return 0; }", "not '.section'" },
		{ "int f(void *ctx) { asm volatile(\"/* */ .LONG 1\"); return 0; }", "not '.LONG'" },
		{ "extern int x asm(\".incbin\");\n"
		  "int f(void *ctx) { asm volatile(\"%0 \\\"/x\\\"\" :: \"i\"(&x)); return 0; }",
		  "<text>:2:20: error: an operand of inline assembly has the name of a directive" },
		{ "int f(void *ctx) { asm volatile(\"goto .Lend; .Lend: r0 = 0\" ::: \"r0\"); return 0; }", NULL },
		{ "\nasm(\".incbin \\\"/etc/passwd\\\"\");" F,
		  "<text>:2:1: error: assembly outside of functions is in no BPF program" },
		{ "int f(void *ctx) { asm goto(\"goto %l0\" :::: l); l: return 0; }", "" },
		{ "int f(long *ctx) { void *l = &&a; if (*ctx) l = &&b; goto *l; a: return 1; b: return 2; }",
		  "" },
		{ "int f(long *ctx) { char a[*ctx]; a[ctx[1]] = 1; return a[ctx[2]]; }", "error: " },
		{ "int f(long *ctx) { char *p = __builtin_alloca(*ctx); p[ctx[1]] = 1;"
		  " return p[ctx[2]]; }",
		  "error: " },
		{ "int f(void *ctx) { void *b[5]; return __builtin_setjmp(b); }", "error: " },
		{ "int f(long *ctx) { __int128 a = *ctx, b = ctx[1]; return a / b; }", "error: " },
		{ "int f(long *ctx) { double d = *ctx; return d * 2; }", "error: " },
		{ "int f(long *ctx) { return __builtin_return_address(0) != 0; }",
		  "cannot know the addresses of its frames" },
		{ "int f(void *ctx, ...) { __builtin_va_list a; __builtin_va_start(a, ctx); return 0; }",
		  "a BPF program has no variable arguments" },
		{ "int f(void *ctx) { __builtin_trap(); }", "" },
		{ "int f(void *ctx) { __builtin_unreachable(); }", "" },
		{ "int f(void *ctx) { __sync_synchronize(); return 0; }", "BPF has no memory barriers" },
		{ "int f(void *ctx) { return (long)__builtin_frame_address(0); }",
		  "<text>:1:33: error: a BPF program cannot know the addresses of its frames" },
		{ "int f(int *ctx) { return __builtin_btf_type_id(*ctx, 9); }",
		  "<text>:1:26: error: this builtin's last argument must be a constant below 2" },
		{ "struct s { int a; }; int f(struct s *ctx) {"
		  " return __builtin_preserve_field_info(ctx->a, 99); }",
		  "this builtin's last argument must be a constant below 6" },
	};

	(void)state;
	EXPECT_ALL(cases);
}

static void builtins_that_are_not_for_bpf(void **state)
{
	static const struct hostile cases[] = {
		{ "int f(void *ctx) {\n	return (long)__builtin_dwarf_cfa(); }",
		  "<text>:2:15: error: use of unknown builtin '__builtin_dwarf_cfa'" },
		{ "int f(char *ctx) { __builtin___clear_cache(ctx, ctx); return 0; }", "error: " },
		{ "int f(long *ctx) { __builtin_hlsl_dot(ctx[0], ctx[1]); return 0; }",
		  "error: use of unknown builtin '__builtin_hlsl_dot'" },
		{ "int f(long *ctx) { return __atomic_always_lock_free(ctx[0], ctx); }", "error: " },
		{ "int f(long *ctx) { return _abnormal_termination(); }", "error: " },
		{ "int f(long *ctx) { return __builtin_acosf16(ctx[0]); }", "error: " },
		{ "int f(long *ctx) { __atomic_signal_fence(5); return ctx[0]; }", NULL },
		{ "long e(int) asm(\"llvm.clear_cache\"); int f(void *p) { return e(1); }",
		  "<text>:1:17: error: names that begin with 'llvm.' are the compiler's own" },
	};

	(void)state;
	EXPECT_ALL(cases);
}

/* Declared before, and of the kernel's: clang would look into it before it has asked for its members. */
static void members_without_a_name(void **state)
{
	static const struct hostile cases[] = {
		{ "struct path; struct t { struct path; int b; };\n"
		  "int f(struct t *t) { return t->dentry != 0; }",
		  NULL },
		{ "struct sock; struct t { struct sock int f; };", "error: " },
		{ "struct sock;\nBPF_HASH(h, struct sock\nint f(struct pt_regs *ctx) {", "error: " },
		{ "typedef struct path p_t; struct t { p_t; int b; };\n"
		  "int f(struct t *t) { return t->dentry != 0; }",
		  NULL },
		{ "struct t { list_head struct; };", "error: " },
		{ "struct t { struct list_head *a; list_head; };", "error: " },
		{ "struct t { sock *; struct sock; };", "error: " },
		{ "struct t { struct path *p; struct path; };" F, "" },
		{ "struct sock\nstruct sock\nBPF_HASH(,sock\nint )", "error: " },
		{ "BPF_HASH(, sock\nint)", "error: " },
		{ "struct t { struct sock * { char c; } x, 2); struct sock;", "error: " },
		{ "struct no_such; struct t { struct no_such; int b; };" F, "field has incomplete type" },
		{ "int f(void *ctx) { struct path; struct t { struct path; int b; }; return 0; }", "" },
	};

	(void)state;
	EXPECT_ALL(cases);
}

static unsigned int count_files(const char *directory)
{
	DIR *files = opendir(directory);
	unsigned int count = 0;

	assert_non_null(files);
	while (readdir(files))
		count++;
	closedir(files);
	return count;
}

/* In a directory of its own: nothing is written there, nor printed. */
static void arguments_have_no_effect_but_on_the_text(void **state)
{
	static const char *const arguments[][3] = {
		{ "-o", "out" },
		{ "-emit-obj", "-o", "out" },
		{ "-emit-llvm" },
		{ "-S" },
		{ "-load", "./no-such-plugin.so" },
		{ "-fplugin=./no-such-plugin.so" },
		{ "-plugin", "x" },
		{ "-Xclang", "-ast-dump" },
		{ "-ast-dump" },
		{ "-include", "/dev/zero" },
		{ "@arguments" },
		{ "-MD" },
		{ "-dependency-file", "out", "-MTx" },
		{ "-dependency-dot", "out" },
		{ "-header-include-file", "out" },
		{ "-H" },
		{ "-save-temps" },
		{ "-ftime-trace" },
		{ "-ftime-report" },
		{ "-stats-file=out" },
		{ "-print-stats" },
		{ "-diagnostic-log-file", "out" },
		{ "-serialize-diagnostic-file", "out" },
		{ "-fdump-record-layouts" },
		{ "-include-pch", "no-such.pch" },
		{ "-fmodules", "-fimplicit-module-maps", "-fmodules-cache-path=." },
		{ "-code-completion-at=<text>:1:1" },
		{ "-verify" },
		{ "-version" },
		{ "-help" },
		{ "-mllvm", "-stats" },
		{ "-opt-record-file", "out" },
		{ "-fprofile-instrument=clang" },
		{ "-fsanitize=address" },
	};
	char directory[] = "/tmp/cbcc-test-XXXXXX", output[] = "/tmp/cbcc-test-XXXXXX";
	int fd = mkstemp(output), stdout_ = dup(1), stderr_ = dup(2);
	struct stat printed;

	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_int_equal(chdir(directory), 0);
	fflush(NULL);
	dup2(fd, 1);
	dup2(fd, 2);
	for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
		struct cbcc_opts opts = { .sz = sizeof opts, .cflags = arguments[i] };

		while (opts.ncflags < 3 && arguments[i][opts.ncflags])
			opts.ncflags++;
		cbcc_free(cbcc_new("struct s { int a; }; int f(void *ctx) { return sizeof(struct s); }",
				   &opts));
	}
	fflush(NULL);
	dup2(stdout_, 1);
	dup2(stderr_, 2);
	assert_int_equal(fstat(fd, &printed), 0);
	close(fd);
	unlink(output);
	assert_int_equal(printed.st_size, 0);
	assert_int_equal(count_files("."), 2); /* . and .. */
	assert_int_equal(chdir("/"), 0);
	rmdir(directory);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(includes_without_end),
		cmocka_unit_test(a_pipe_is_not_waited_for),
		cmocka_unit_test(macros_that_double),
		cmocka_unit_test(functions_that_double),
		cmocka_unit_test(sizes_beyond_all_memory),
		cmocka_unit_test(attributes_of_other_machines),
		cmocka_unit_test(names_of_llvm_and_assembly),
		cmocka_unit_test(builtins_that_are_not_for_bpf),
		cmocka_unit_test(members_without_a_name),
		cmocka_unit_test(arguments_have_no_effect_but_on_the_text),
	};

	return run_selected_tests(tests, argc, argv);
}
