/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a text: programs, diagnostics at the user's place, and never a crash. */
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static void expect_error(const char *text, const char *const *parts)
{
	struct cbcc *b = cbcc_new(text, NULL);

	assert_null(b);
	assert_int_equal(errno, EINVAL);
	for (; *parts; parts++)
		assert_error_has(*parts);
}

static void expect_compiles(const char *text)
{
	struct cbcc *b = cbcc_new(text, NULL);

	if (!b)
		fail_msg("%s", cbcc_last_error());
	cbcc_free(b);
}

static void a_syntax_error_has_line_column_and_caret(void **state)
{
	(void)state;
	expect_error("int f(void *ctx) {\n"
		     "	int x = ;\n"
		     "	return 0;\n"
		     "}\n",
		     (const char *const[]){ "<text> does not compile\n",
					    "<text>:2:10: error: expected expression\n", "int x = ;\n",
					    "         ^", NULL });
}

static void an_undeclared_function_is_an_error_at_its_call(void **state)
{
	(void)state;
	expect_error(
		"int f(void *ctx) {\n	return no_such_function_here(1);\n}\n",
		(const char *const[]){
			"<text>:2:9: error: call to undeclared function 'no_such_function_here'", NULL });
	expect_error("int missing(int x);\nint f(void *ctx) {\n	return missing(1);\n}\n",
		     (const char *const[]){
			     "<text>:3:9: error: call of function 'missing', which has no definition\n"
			     "    3 |         return missing(1);\n      |                ^",
			     NULL });
}

static void what_bpf_cannot_do_is_an_error_at_its_line(void **state)
{
	(void)state;
	expect_error("static int down(int n) {\n	return n ? down(n - 1) + n : 0;\n}\n"
		     "int f(void *ctx) { return down((long)ctx); }\n",
		     (const char *const[]){ "<text>:2:13: error: recursive call of function 'down'", NULL });
	expect_error(
		"int f(int (**ctx)(int)) {\n	return ctx[0](1);\n}\n",
		(const char *const[]){
			"<text>:2:9: error: a BPF program cannot call through a function pointer", NULL });
	expect_error("int f(void *ctx, int a, int b, int c, int d, int e, int f, int g) { return 0; }",
		     (const char *const[]){ "<text>:1:64: error: too many arguments", NULL });
	expect_error(
		"int f(void *ctx, int) { return 0; }",
		(const char *const[]){ "<text>:1:21: error: arguments of a program must have names", NULL });
	expect_error(
		"int f(struct xdp_md *ctx, int a) { return a; }",
		(const char *const[]){
			"<text>:1:5: error: function 'f': only a program whose context is struct pt_regs",
			"    1 | int f(struct xdp_md *ctx, int a) { return a; }\n      |     ^", NULL });
	expect_error("struct s { long a, b, c; }; int f(void *ctx, struct s a) { return a.b; }",
		     (const char *const[]){
			     "<text>:1:33: error: function 'f': an argument of a program must fit a register",
			     NULL });
	expect_error("struct s { int a[9]; };\nstruct s f(void *ctx) { struct s s = {}; return s; }",
		     (const char *const[]){
			     "<text>:2:10: error: function 'f': a program cannot return a struct", NULL });
	expect_error("static int g(int n, ...) { __builtin_va_list l; __builtin_va_start(l, n);\n"
		     "	return __builtin_va_arg(l, int); }\nint f(void *ctx) { return g(1, 2); }",
		     (const char *const[]){ "<text>:3:27: error: function 'g' takes any number of arguments",
					    NULL });
}

static void what_the_code_generator_refuses_is_an_error_too(void **state)
{
	(void)state;
	expect_error("static int use(void *p) { return *(volatile char *)p; }\n"
		     "int f(void *ctx) {\n	volatile char big[4096];\n	big[(long)ctx & 4095] = 1;\n"
		     "	return use((void *)big);\n}\n",
		     (const char *const[]){ "<text>:1:34: error: more than the 512 bytes of stack",
					    "(in function 'f')\n    1 | static int use(void *p)", NULL });
	expect_error("struct s { char c[700]; };\nint f(void *ctx) {\n	struct s s;\n"
		     "	bpf_probe_read(&s, sizeof s, 0);\n	return s.c[1];\n}\n",
		     (const char *const[]){ "<text>:5:9: error: more than the 512 bytes of stack",
					    "    5 |         return s.c[1];\n      |                ^",
					    NULL });
	expect_error("int f(struct bpf_raw_tracepoint_args *ctx) {\n"
		     "	long a = ctx->args[0], b = ctx->args[1];\n	return a / b;\n}\n",
		     (const char *const[]){ "<text>:3:11: error: unsupported signed division",
					    "    3 |         return a / b;\n      |                  ^",
					    NULL });
	expect_error("static short x;\nint f(void *ctx) { return __sync_fetch_and_add(&x, 1); }\n",
		     (const char *const[]){
			     "<text>:2:27: error: BPF has atomic operations on 32 and 64 bits only", NULL });
}

static void an_empty_text_is_a_program_without_functions(void **state)
{
	struct cbcc *b;

	(void)state;
	expect_compiles("");
	expect_compiles("\n\n/* nothing */\n");
	b = cbcc_new("", NULL);
	assert_int_equal(cbcc_attach_kprobe(b, "vfs_read", "hello"), -ENOENT);
	assert_error_has("the program has no function 'hello' (it has: none)");
	cbcc_free(b);
}

static void a_text_of_ten_megabytes(void **state)
{
	const size_t size = 10 << 20;
	char *text = malloc(size + 1);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', size);
	memcpy(text, "int f(void *ctx) { return 0; } /*", 33);
	memcpy(text + size - 2, "*/", 2);
	text[size] = '\0';
	expect_compiles(text);
	memset(text + 33, 'x', size - 35);
	expect_compiles(text);
	memset(text, '{', size);
	expect_error(text, (const char *const[]){ "error: ", NULL });
	free(text);
}

/* Each repetition makes clang recurse a level deeper. */
static const struct {
	unsigned int tokens; /* of a repetition */
	const char *before, *repeated, *after;
} nestings[] = {
	{ 1, "int f(long *ctx) { return ", "!", "ctx[0]; }" },
	{ 1, "int f(long *ctx) { return ", "- ", "1; }" },
	{ 1, "int f(long *ctx) { return ", "sizeof ", "1; }" },
	{ 3, "int f(long *ctx) { return ", "(int)", "1; }" },
	{ 4, "int f(long *ctx) { return ctx[0]", "+ 1 - 2", "; }" },
	{ 7, "int f(long *ctx) { return ctx[0]", " ? 1 : ctx[1]", "; }" },
	{ 5, "int f(long *ctx) { long a; a ", "= ctx[0]", "; return a; }" },
	{ 2, "int f(long *ctx) { return 1", ", 1", "; }" },
	{ 10, "int f(long *ctx) { ", "if (ctx) return 1; else ", "return 2; }" },
	{ 4, "int f(long *ctx) { ", "while (ctx) ", "return 2; return 1; }" },
	{ 1, "int f(long *ctx) { return ", "(", "1; }" },
	{ 1, "int ", "*", "x;" },
	{ 2, "struct a { ", "struct { ", "int x;" },
};

static char *nested(size_t i, int times)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fputs(nestings[i].before, out);
	while (times--)
		fputs(nestings[i].repeated, out);
	fputs(nestings[i].after, out);
	fclose(out);
	return text;
}

static void nesting_without_end_is_an_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof nestings / sizeof *nestings; i++) {
		char *text = nested(i, 200000);

		expect_error(text, (const char *const[]){ "error: ", NULL });
		free(text);
	}
	expect_error(
		"#define A ! ! ! ! ! ! ! ! ! ! ! !\n#define B A A A A A A A A\n#define C B B B B B B B B\n"
		"#define D C C C C C C C C\nint f(void *ctx) { return D D D D 1; }",
		(const char *const[]){ "error: too many tokens in one statement", NULL });
}

/* As deep as it goes: an error or not, but never the end of the process. */
static void nesting_up_to_the_limit_is_survived(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof nestings / sizeof *nestings; i++) {
		char *text = nested(i, 8100 / nestings[i].tokens);

		cbcc_free(cbcc_new(text, NULL));
		free(text);
	}
}

static void many_values_are_no_nesting(void **state)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	fputs("static const int table[] = { ", out);
	for (int i = 0; i < 40000; i++)
		fprintf(out, "%d, ", i % 7);
	fputs("};\nint f(void *ctx) { return table[(unsigned long)ctx % 40000]; }", out);
	fclose(out);
	expect_compiles(text);
	free(text);
}

static void bytes_that_are_not_utf8(void **state)
{
	(void)state;
	expect_compiles("/* \xff\xfe\xc3 */ int f(void *ctx) { return 0; }");
	expect_compiles("int f(void *ctx) { bpf_trace_printk(\"\xff\xc3\"); return 0; }");
	expect_error("int f(void *ctx) { return \xff\xfe; }",
		     (const char *const[]){ "<text>:1:27: error:", NULL });
}

static char *write_file(const char *text, size_t size)
{
	const char *directory = getenv("TMPDIR");
	char *path;
	int fd;

	assert_true(asprintf(&path, "%s/cbcc-test-XXXXXX", directory ? directory : "/tmp") > 0);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), size);
	close(fd);
	return path;
}

static void a_file_is_named_in_diagnostics(void **state)
{
	static const char text[] = "int f(void *ctx) { return 0; }\nint g(void *ctx) { return x; }\n";
	char *path = write_file(text, strlen(text)), *place;

	(void)state;
	assert_null(cbcc_new_from_file(path, NULL));
	assert_int_equal(errno, EINVAL);
	assert_true(asprintf(&place, "%s:2:27: error: use of undeclared identifier 'x'", path) > 0);
	assert_error_has(place);
	free(place);
	unlink(path);
	free(path);
}

static void a_file_with_a_nul_byte_is_refused(void **state)
{
	static const char text[] = "int f(void *ctx) {\n	return 0;\0 }\n";
	char *path = write_file(text, sizeof text - 1);

	(void)state;
	assert_null(cbcc_new_from_file(path, NULL));
	assert_int_equal(errno, EINVAL);
	assert_error_has(":2: the text has a NUL byte");
	unlink(path);
	free(path);
}

static void a_file_that_cannot_be_read(void **state)
{
	(void)state;
	assert_null(cbcc_new_from_file("/nonexistent/program.c", NULL));
	assert_int_equal(errno, ENOENT);
	assert_error_has("cannot open /nonexistent/program.c: No such file");
	assert_null(cbcc_new_from_file("/", NULL));
	assert_int_equal(errno, EISDIR);
	assert_null(cbcc_new_from_file(NULL, NULL));
	assert_int_equal(errno, EINVAL);
}

static void cflags_reach_the_compiler(void **state)
{
	const char *const define[] = { "-DVALUE=3", "-UOTHER", "-Wno-everything" };
	const char *const wrong[] = { "--no-such-option" };
	const char *const input[] = { "other.c" };
	const char *const target[] = { "-triple", "x86_64-linux-gnu" };
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = define, .ncflags = 3 };
	struct cbcc *b = cbcc_new("_Static_assert(VALUE == 3, \"\"); int f(void *ctx) { return 0; }", &opts);

	(void)state;
	assert_non_null(b);
	cbcc_free(b);
	opts.ncflags = 1;
	opts.cflags = wrong;
	assert_null(cbcc_new("", &opts));
	assert_error_has("unknown argument: '--no-such-option'");
	opts.cflags = input;
	assert_null(cbcc_new("", &opts));
	assert_error_has("'other.c' is not a compiler argument");
	opts.cflags = target;
	opts.ncflags = 2;
	assert_null(cbcc_new("", &opts));
	assert_error_has("the target cannot be changed");
	opts.cflags = NULL;
	assert_null(cbcc_new("", &opts));
	assert_error_has("cflags is NULL");
	opts.sz = 1;
	assert_null(cbcc_new("", &opts));
	assert_error_has("sizeof(struct cbcc_opts)");
}

static void cflags_cannot_take_away_what_the_passes_need(void **state)
{
	const char *const flags[] = { "-debug-info-kind=line-tables-only", "-O0", "-xc++" };
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = flags };

	(void)state;
	for (opts.ncflags = 1; opts.ncflags <= sizeof flags / sizeof *flags; opts.ncflags++) {
		struct cbcc *b = cbcc_new("BPF_HASH(calls); int f(struct pt_regs *ctx, int a, char *b) {"
					  "	calls.increment(a); return b[0]; }",
					  &opts);

		if (!b)
			fail_msg("%s", cbcc_last_error());
		cbcc_free(b);
	}
}

static void a_users_header_beside_the_text(void **state)
{
	static const char header[] = "#define ANSWER 42\n";
	char *path = write_file(header, strlen(header)), *text;

	(void)state;
	assert_true(asprintf(&text, "#include \"%s\"\n_Static_assert(ANSWER == 42, \"\");", path) > 0);
	expect_compiles(text);
	free(text);
	unlink(path);
	free(path);
	expect_error("#include \"no-such-header-here.h\"\n",
		     (const char *const[]){
			     "<text>:1:10: fatal error: 'no-such-header-here.h' file not found", NULL });
}

static void kernel_types_come_from_the_running_kernel(void **state)
{
	(void)state;
	if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
		skip_because("this kernel has no BTF");
	expect_compiles(
		"#include <linux/sched.h>\n#include <uapi/linux/ptrace.h>\n"
		"_Static_assert(sizeof(((struct task_struct *)0)->comm) == 16, \"\");\n"
		"_Static_assert(sizeof(struct list_head) == 16, \"\");\n"
		"_Static_assert(__builtin_offsetof(struct list_head, prev) == 8, \"\");\n"
		"_Static_assert(sizeof(pid_t) == 4 && TCP_ESTABLISHED == 1, \"\");\n"
		"_Static_assert(sizeof(struct in6_addr) == 16 && _Alignof(struct in6_addr) == 4, \"\");\n"
		"int f(struct pt_regs *ctx, struct sock *sk) { return PT_REGS_PARM2(ctx); }\n");
	/* The program's own definition wins. */
	expect_compiles("struct list_head { char c; }; enum { TCP_ESTABLISHED = 77 };\n"
			"_Static_assert(sizeof(struct list_head) == 1 && TCP_ESTABLISHED == 77, \"\");\n");
	/* A forward declaration does not hide the kernel's. */
	expect_compiles("struct list_head;\n_Static_assert(sizeof(struct list_head) == 16, \"\");\n");
}

static void keep_all(void *ctx, enum cbcc_log_level level, const char *message)
{
	FILE *out = ctx;

	fprintf(out, "[%d]%s\n", level, message);
}

static void debug_output_goes_to_the_log(void **state)
{
	static const struct {
		unsigned int debug;
		const char *expected;
	} cases[] = {
		{ CBCC_DEBUG_LLVM_IR, "\n[2]; The IR as given to the code generator\n" },
		{ CBCC_DEBUG_LLVM_IR, "; The text's IR, before the passes\n" },
		{ CBCC_DEBUG_LLVM_IR, "call i32 %" },               /* the method, before */
		{ CBCC_DEBUG_LLVM_IR, "inttoptr (i64 2 to ptr)(" }, /* the helper, after */
		{ CBCC_DEBUG_PREPROCESSOR, "u32 k = 42;" },
		{ CBCC_DEBUG_SOURCE, "cbcc/f:\n; int f(void *ctx) { @ <text>:4\n     0: w1 = 42\n" },
		{ CBCC_DEBUG_SOURCE, "; return m.update(&k, &e); @ <text>:7\n" },
		{ CBCC_DEBUG_SOURCE, "r1 = 0 ll  # m\n" },
		{ CBCC_DEBUG_SOURCE, ": call 2  # bpf_map_update_elem\n" },
		{ CBCC_DEBUG_SOURCE, "; static int twice(int x) { return x * 2; } @ <text>:3\n" },
		{ CBCC_DEBUG_BTF, "struct ev {\n	u32 pid;\n	char c;\n};\n" },
		{ CBCC_DEBUG_BTF, "\n	struct ev *value;\n" },
		{ CBCC_DEBUG_BTF, "\nint f(void *ctx);\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *log;
		size_t size;
		FILE *out = open_memstream(&log, &size);
		struct cbcc_opts opts = {
			.sz = sizeof opts, .log = keep_all, .log_ctx = out, .debug = cases[i].debug
		};
		struct cbcc *b = cbcc_new("#define ANSWER 42\n"
					  "struct ev { u32 pid; char c; }; BPF_HASH(m, u32, struct ev);\n"
					  "static int twice(int x) { return x * 2; }\n"
					  "int f(void *ctx) {\n"
					  "	u32 k = ANSWER;\n"
					  "	struct ev e = { twice(bpf_get_prandom_u32()) };\n"
					  "	return m.update(&k, &e);\n}",
					  &opts);

		fclose(out);
		assert_non_null(b);
		if (!strstr(log, cases[i].expected) || strncmp(log, "[2]", 3) != 0)
			fail_msg("debug 0x%x: %s", cases[i].debug, log);
		free(log);
		cbcc_free(b);
	}
}

static void warnings_go_to_the_log(void **state)
{
	char *log;
	size_t size;
	FILE *out = open_memstream(&log, &size);
	struct cbcc_opts opts = { .sz = sizeof opts, .log = keep_all, .log_ctx = out };
	struct cbcc *b = cbcc_new("#warning careful\nint f(void *ctx) { return 0; }", &opts);

	(void)state;
	fclose(out);
	assert_non_null(b);
	assert_non_null(strstr(log, "[0]<text>:1:2: warning: careful"));
	free(log);
	cbcc_free(b);
}

/* The warnings of a text, as the log callback gets them; "" if there are none. Allocated. */
static char *warnings_of(const char *text, const char *cflag)
{
	char *log;
	size_t size;
	FILE *out = open_memstream(&log, &size);
	struct cbcc_opts opts = {
		.sz = sizeof opts, .log = keep_all, .log_ctx = out, .cflags = &cflag, .ncflags = cflag ? 1 : 0
	};
	struct cbcc *b = cbcc_new(text, &opts);

	fclose(out);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	cbcc_free(b);
	return log;
}

/* They have clang's form, and clang's -w. */
static void the_passes_warn_like_clang(void **state)
{
	static const char text[] = "BPF_ARRAY(a, u32, 1);\nint f(void *ctx) {\n	int k = 0; u32 v = 1;\n"
				   "	return a.insert(&k, &v);\n}\n";
	char *log = warnings_of(text, NULL);

	(void)state;
	assert_string_equal(
		log, "[0]<text>:4:9: warning: an array has all its elements: insert() never does "
		     "anything\n    4 |         return a.insert(&k, &v);\n      |                ^\n\n");
	free(log);
	log = warnings_of(text, "-w");
	assert_string_equal(log, "");
	free(log);
}

/* A function with arguments is called by the program that stands before it, which is nowhere in the text. */
static void an_error_in_a_function_says_who_calls_it(void **state)
{
	(void)state;
	assert_null(
		cbcc_new("static void set(int *p) { *p = 1; }\n"
			 "int f(struct pt_regs *ctx, struct task_struct *t) {\n	set(&t->pid);\n	return 0;\n}",
			 NULL));
	assert_error_has("<text>:1:30: error: a BPF program can only write to its own memory");
	assert_error_has(
		"    1 | static void set(int *p) { *p = 1; }\n      |                              ^\n"
		"<text>:3:2: note: called from here\n    3 |         set(&t->pid);\n      |         ^");
	assert_null(strstr(cbcc_last_error(), ":0"));
}

/* An error in a header of the program's own shows that header. */
static void an_error_in_a_header_shows_the_header(void **state)
{
	char directory[] = "/tmp/cbcc-test-XXXXXX", path[64], flag[64], text[200];
	const char *cflag = flag;
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = &cflag, .ncflags = 1 };
	FILE *header;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/own.h", directory);
	snprintf(flag, sizeof flag, "-I%s", directory);
	header = fopen(path, "w");
	assert_non_null(header);
	fputs("\n\nstatic void set(int *p) { *p = 1; }\n", header);
	fclose(header);
	assert_null(cbcc_new(
		"#include \"own.h\"\nint f(struct pt_regs *ctx, int *p) {\n	set(p);\n	return 0;\n}",
		&opts));
	snprintf(text, sizeof text, "%s:3:30: error: a BPF program can only write", path);
	assert_error_has(text);
	assert_error_has(
		"    3 | static void set(int *p) { *p = 1; }\n      |                              ^");
	unlink(path);
	rmdir(directory);
}

/* Below the working directory, too. */
static void a_file_has_its_own_name_in_errors_of_the_passes(void **state)
{
	char directory[] = "/tmp/cbcc-test-XXXXXX", path[64], text[120];
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/own.c", directory);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("int f(struct pt_regs *ctx, int *p) {\n	*p = 1;\n	return 0;\n}\n", file);
	fclose(file);
	assert_int_equal(chdir(directory), 0);
	for (int i = 0; i < 2; i++) {
		const char *name = i ? "own.c" : path;

		assert_null(cbcc_new_from_file(name, NULL));
		snprintf(text, sizeof text, "\n%s:2:5: error: a BPF program can only write", name);
		assert_error_has(text);
		assert_error_has("    2 |         *p = 1;\n      |            ^");
	}
	unlink(path);
	rmdir(directory);
}

static void the_object_is_an_elf_file(void **state)
{
	struct cbcc *b = cbcc_new("int f(void *ctx) { return 0; }", NULL);
	size_t size = 0;
	const unsigned char *object = cbcc_get_object(b, &size);

	(void)state;
	assert_non_null(object);
	assert_true(size > 64);
	assert_memory_equal(object, "\177ELF\2", 5);
	assert_int_equal(object[18] | object[19], 247); /* EM_BPF */
	assert_null(cbcc_get_object(b, NULL));
	assert_error_has("size is NULL");
	cbcc_free(b);
}

static void calls_on_no_handle_leave_its_reason(void **state)
{
	struct cbcc *b = cbcc_new("int f(void *ctx) { return broken; }", NULL);

	(void)state;
	assert_null(b);
	assert_null(cbcc_get_syscall_fnname(b, "execve"));
	assert_int_equal(cbcc_attach_kprobe(b, NULL, "f"), -EINVAL);
	assert_int_equal(cbcc_trace_print(b, NULL), -EINVAL);
	assert_error_has("undeclared identifier 'broken'");
	cbcc_free(b);
	assert_null(cbcc_new(NULL, NULL));
	assert_error_has("the text is NULL");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syntax_error_has_line_column_and_caret),
		cmocka_unit_test(an_undeclared_function_is_an_error_at_its_call),
		cmocka_unit_test(what_bpf_cannot_do_is_an_error_at_its_line),
		cmocka_unit_test(what_the_code_generator_refuses_is_an_error_too),
		cmocka_unit_test(an_empty_text_is_a_program_without_functions),
		cmocka_unit_test(a_text_of_ten_megabytes),
		cmocka_unit_test(nesting_without_end_is_an_error),
		cmocka_unit_test(nesting_up_to_the_limit_is_survived),
		cmocka_unit_test(many_values_are_no_nesting),
		cmocka_unit_test(bytes_that_are_not_utf8),
		cmocka_unit_test(a_file_is_named_in_diagnostics),
		cmocka_unit_test(a_file_with_a_nul_byte_is_refused),
		cmocka_unit_test(a_file_that_cannot_be_read),
		cmocka_unit_test(cflags_reach_the_compiler),
		cmocka_unit_test(cflags_cannot_take_away_what_the_passes_need),
		cmocka_unit_test(a_users_header_beside_the_text),
		cmocka_unit_test(kernel_types_come_from_the_running_kernel),
		cmocka_unit_test(debug_output_goes_to_the_log),
		cmocka_unit_test(warnings_go_to_the_log),
		cmocka_unit_test(the_passes_warn_like_clang),
		cmocka_unit_test(an_error_in_a_function_says_who_calls_it),
		cmocka_unit_test(an_error_in_a_header_shows_the_header),
		cmocka_unit_test(a_file_has_its_own_name_in_errors_of_the_passes),
		cmocka_unit_test(the_object_is_an_elf_file),
		cmocka_unit_test(calls_on_no_handle_leave_its_reason),
	};

	return run_selected_tests(tests, argc, argv);
}
