/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's macros, which no header brings: as values, in #if and #ifdef, and against the program's own names. */
#include "run.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/utsname.h>
#include <unistd.h>

static char logged[4096];

static void keep(void *ctx, enum cbcc_log_level level, const char *message)
{
	(void)ctx;
	if (level == CBCC_LOG_WARN)
		snprintf(logged, sizeof logged, "%s", message);
}

/* The value of f() of a text that must compile without a warning. */
static uint32_t run_silently(const char *text)
{
	struct cbcc_opts opts = { .sz = sizeof opts, .log = keep };
	struct cbcc *b;
	uint32_t value;

	logged[0] = '\0';
	b = cbcc_new(text, &opts);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_string_equal(logged, "");
	value = run_function(b, "f");
	cbcc_free(b);
	return value;
}

static uint32_t value_of(const char *expression)
{
	char text[512];

	snprintf(text, sizeof text, "int f(void *ctx) { return %s; }", expression);
	return run_silently(text);
}

/* Compiles as a file scope text with a function behind it. */
static void expect_true(const char *condition)
{
	char text[512];

	snprintf(text, sizeof text, "#if !(%s)\n#error false\n#endif\nint f(void *ctx) { return 1; }",
		 condition);
	assert_int_equal(run_silently(text), 1);
}

/* The vDSO has a note of it, as it was when the kernel was built: 6.1.158 where uname says 6.1.0. */
static uint32_t running_version(void)
{
	const char *vdso = (const char *)getauxval(AT_SYSINFO_EHDR);
	const ElfW(Ehdr) *header = (const void *)vdso;

	if (!vdso)
		skip_because("there is no vDSO");
	for (int i = 0; i < header->e_phnum; i++) {
		const ElfW(Phdr) *segment = (const ElfW(Phdr) *)(vdso + header->e_phoff) + i;
		const char *note = vdso + segment->p_offset, *end = note + segment->p_filesz;

		while (segment->p_type == PT_NOTE && note + sizeof(ElfW(Nhdr)) < end) {
			const ElfW(Nhdr) *head = (const void *)note;
			const char *name = note + sizeof *head, *content = name + (head->n_namesz + 3) / 4 * 4;
			uint32_t version;

			note = content + (head->n_descsz + 3) / 4 * 4;
			if (head->n_type != 0 || head->n_descsz != sizeof version || strcmp(name, "Linux") != 0)
				continue;
			memcpy(&version, content, sizeof version);
			return version;
		}
	}
	skip_because("the vDSO does not say the kernel's version");
	return 0;
}

static void the_version_is_the_running_kernels(void **state)
{
	(void)state;
	assert_int_equal(value_of("LINUX_VERSION_CODE"), running_version());
	assert_int_equal(value_of("KERNEL_VERSION(6, 1, 300)"), 6 << 16 | 1 << 8 | 255);
	expect_true("LINUX_VERSION_CODE >= KERNEL_VERSION(5, 10, 0)");
	expect_true("LINUX_VERSION_CODE < KERNEL_VERSION(99, 0, 0)");
}

static void constants_have_the_headers_values(void **state)
{
	static const struct {
		const char *name;
		uint32_t value;
	} constants[] = {
		{ "AF_INET", 2 },         { "AF_INET6", 10 },
		{ "ETH_P_IP", 0x800 },    { "ETH_P_IPV6", 0x86dd },
		{ "NAME_MAX", 255 },      { "PATH_MAX", 4096 },
		{ "TC_ACT_OK", 0 },       { "TC_ACT_SHOT", 2 },
		{ "O_CREAT", O_CREAT },   { "ENOMEM", ENOMEM },
		{ "IFNAMSIZ", 16 },       { "ETH_ALEN", 6 },
		{ "SCM_RIGHTS", 1 },      { "TASK_COMM_LEN", 16 },
		{ "TASK_RUNNING", 0 },    { "PF_KTHREAD", 0x200000 },
		{ "REQ_OP_MASK", 255 },   { "DISK_NAME_LEN", 32 },
		{ "WRITE", 1 },           { "NSEC_PER_MSEC", 1000000 },
		{ "SOCK_TYPE_MASK", 15 }, { "EPROTONOSUPPORT", EPROTONOSUPPORT },
		{ "IPPROTO_TCP", 6 },     { "O_TMPFILE", O_TMPFILE },
		{ "USER_HZ", 100 },       { "XT_TABLE_MAXNAMELEN", 32 },
		{ "IP_OFFSET", 0x1fff },  { "CPUIDLE_NAME_LEN", 16 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
		assert_int_equal(value_of(constants[i].name), constants[i].value);
	assert_int_equal(value_of("PAGE_SIZE"), getpagesize());
	assert_int_equal(value_of("1 << PAGE_SHIFT"), getpagesize());
}

/* For a key of 31 bytes in this machine's order, as the kernel hashes it. */
static void hashes_are_the_kernels(void **state)
{
	static const char text[] = "int f(void *ctx) {\n"
				   "	u8 key[31];\n"
				   "	for (int i = 0; i < 31; i++) key[i] = i + 1;\n"
				   "	return jhash(key, sizeof(key), 5);\n"
				   "}";

	(void)state;
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		assert_int_equal(run_silently(text), 0x4abf3584);
	assert_int_equal(value_of("jhash_2words(1, 2, 3) == jhash(((u32[]) { 1, 2 }), 8, 3)"), 1);
	assert_int_equal(value_of("jhash2(((u32[]) { 1, 2, 3, 4 }), 4, 9) == jhash(((u32[]) { 1, 2, 3, 4 }), 16, 9)"), 1);
}

static void functions_on_known_strings_are_values(void **state)
{
	(void)state;
	assert_int_equal(value_of("strlen(\"four\") + (strcmp(\"a\", \"a\") == 0)"), 5);
	assert_int_equal(run_silently("int f(void *ctx) { char a[8] = {}; strcpy(a, \"to\"); return a[1]; }"), 'o');
	assert_int_equal(run_silently("static inline int strlen(const char *s) { return s[0]; }\n"
				      "int f(void *ctx) { return strlen(\"a\"); }"),
			 'a');
}

static void the_preprocessor_sees_macros(void **state)
{
	(void)state;
	expect_true("IFNAMSIZ == 16 && INT_MAX == 2147483647 && U64_MAX > LONG_MAX");
	expect_true("defined(CAP_OPT_NONE) && defined IPPROTO_TCP && defined NULL");
	assert_int_equal(run_silently("#ifdef SOCK_TYPE_MASK\n#define X 3\n#else\n#define X 4\n#endif\n"
				      "int f(void *ctx) { return X; }"),
			 3);
	assert_int_equal(
		run_silently(
			"#if 0\nAF_INET\n#elif defined(AF_INET)\nint f(void *ctx) { return 5; }\n#endif"),
		5);
}

static void macros_of_other_kernels_are_undefined(void **state)
{
	(void)state;
	expect_true("!defined(REQ_WRITE) && !defined(REQ_OP_SHIFT) && !defined(INIT_PID_LINK)");
	expect_true("!defined(__PAGE_OFFSET_BASE)");
	expect_true("defined(bio_dev)");
}

static void the_machine_is_the_running_one(void **state)
{
	(void)state;
#if defined(__x86_64__)
	expect_true("defined(__x86_64__) && !defined(__aarch64__) && !defined(__s390x__)");
	expect_true("defined(__PAGE_OFFSET_BASE_L4) && defined(__START_KERNEL_map)");
	assert_int_equal(value_of("__START_KERNEL_map >> 28 & 0xff"), 0xf8);
#elif defined(__aarch64__)
	expect_true("defined(__aarch64__) && !defined(__x86_64__)");
#elif defined(__s390x__)
	expect_true("defined(__s390x__) && !defined(__x86_64__)");
#endif
	expect_true("defined(__KERNEL__) && defined(KBUILD_MODNAME)");
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	expect_true("__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__");
#else
	expect_true("__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__");
#endif
}

static void a_redefinition_does_not_warn(void **state)
{
	(void)state;
	assert_int_equal(run_silently("#define AF_INET 42\nint f(void *ctx) { return AF_INET; }"), 42);
	assert_int_equal(
		run_silently("int g = AF_INET;\n#define AF_INET 42\nint f(void *ctx) { return AF_INET; }"),
		42);
	assert_int_equal(run_silently("#undef DNAME_INLINE_LEN\n#define DNAME_INLINE_LEN 7\n"
				      "int f(void *ctx) { return DNAME_INLINE_LEN; }"),
			 7);
	assert_int_equal(run_silently("#ifndef MIN\n#define MIN(a, b) 9\n#endif\n"
				      "int f(void *ctx) { return MIN(2, 3); }"),
			 2);
	assert_int_equal(run_silently("#undef AF_INET\n#ifdef AF_INET\n#error defined\n#endif\n"
				      "int f(void *ctx) { return 1; }"),
			 1);
	assert_int_equal(
		run_silently(
			"#define KBUILD_MODNAME \"mine\"\n#define randomized_struct_fields_start struct {\n"
			"int f(void *ctx) { return KBUILD_MODNAME[1]; }"),
		'i');
}

static void the_command_line_defines_and_undefines(void **state)
{
	const char *cflags[] = { "-DAF_INET=11", "-UETH_ALEN", "-DLINUX_VERSION_CODE=3" };
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = cflags, .ncflags = 3, .log = keep };
	struct cbcc *b;

	(void)state;
	logged[0] = '\0';
	b = cbcc_new("#ifdef ETH_ALEN\n#error defined\n#endif\n"
		     "int f(void *ctx) { return AF_INET * 100 + LINUX_VERSION_CODE; }",
		     &opts);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_int_equal(run_function(b, "f"), 1103);
	assert_string_equal(logged, "");
	cbcc_free(b);
}

static void a_name_that_the_program_declares_is_its_own(void **state)
{
	(void)state;
	assert_int_equal(run_silently("enum { ETH_ALEN = 60, AF_INET, READ };\n"
				      "int f(void *ctx) { return ETH_ALEN + AF_INET + READ; }"),
			 60 + 61 + 62);
	assert_int_equal(run_silently("enum state { TASK_RUNNING = 5 };\n"
				      "int f(void *ctx) { enum state s = TASK_RUNNING; return s; }"),
			 5);
	assert_int_equal(
		run_silently("struct s { int READ; int WRITE; };\n"
			     "int f(void *ctx) { struct s s = { .WRITE = 4 }; return s.READ + s.WRITE; }"),
		4);
	assert_int_equal(run_silently("static const u64 NSEC_PER_SEC = 12;\n"
				      "int f(void *ctx) { return NSEC_PER_SEC; }"),
			 12);
	assert_int_equal(run_silently("static inline int min(int a, int b) { return 77; }\n"
				      "int f(void *ctx) { return min(1, 2); }"),
			 77);
	assert_int_equal(
		run_silently(
			"static __always_inline struct tcp_sock *tcp_sk(int n) { return (void *)0 + n; }\n"
			"int f(void *ctx) { return (long)tcp_sk(3); }"),
		3);
	assert_int_equal(run_silently("enum { false, true };\nint f(void *ctx) { return true; }"), 1);
}

static void an_annotation_is_not_declared_by_what_it_stands_beside(void **state)
{
	(void)state;
	assert_int_equal(
		run_silently("static const int x __maybe_unused = 3;\n"
			     "static int y __section(\".data.mine\");\n"
			     "static __noinline int g(int n __always_unused) { return 4; }\n"
			     "int f(void *ctx) { int z __maybe_unused = 5; return x + y + z + g(1); }"),
		12);
}

static void a_use_is_not_a_declaration(void **state)
{
	(void)state;
	assert_int_equal(run_silently("static int size(void) { return NAME_MAX; }\n"
				      "int f(void *ctx) { int n = 2; n = n * NAME_MAX; return n + size(); }"),
			 255 * 3);
	assert_int_equal(
		run_silently(
			"static int g(const char __user *s, int n) { return n; }\n"
			"int f(void *ctx) { switch (2) { case AF_INET: return g(NULL, 6); } return 0; }"),
		6);
}

static void functions_of_the_kernel_compute(void **state)
{
	static const struct {
		const char *expression;
		uint32_t value;
	} values[] = {
		{ "min(3, 2)", 2 },
		{ "min(3, min(2, 7)) * 10 + max(1, max(4, 3))", 24 },
		{ "min_t(unsigned char, 258, 3)", 2 },
		{ "MIN(1, 2) + MAX(1, 2)", 3 },
		{ "clamp(9, 1, 5)", 5 },
		{ "roundup_pow_of_two(1000)", 1024 },
		{ "roundup_pow_of_two(1024)", 1024 },
		{ "roundup_pow_of_two(1)", 1 },
		{ "ilog2(4096)", 12 },
		{ "div_u64(1000000000000ULL, 1000000000)", 1000 },
		{ "DIV_ROUND_UP(7, 2) * 10 + round_up(5, 8)", 48 },
		{ "ntohs(0x1234)", __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0x3412 : 0x1234 },
		{ "htonl(0x12345678)", __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0x78563412 : 0x12345678 },
		{ "S_ISREG(0100644) * 2 + S_ISSOCK(0100644)", 2 },
		{ "MAJOR(MKDEV(8, 17)) * 100 + MINOR(MKDEV(8, 17))", 817 },
		{ "GENMASK(7, 4)", 0xf0 },
		{ "IS_ERR((void *)-12L) * 2 + IS_ERR((void *)0)", 2 },
		{ "sizeof_field(struct qstr, name)", 8 },
		{ "__stringify(AF_INET)[0]", '2' },
	};

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		assert_int_equal(value_of(values[i].expression), values[i].value);
	assert_int_equal(
		run_silently(
			"struct s { int a, b; };\nint f(void *ctx) { struct s s = { 1, 2 }; int *b = &s.b;"
			" return container_of(b, struct s, b)->a + ARRAY_SIZE(((int[3]){})); }"),
		4);
	assert_int_equal(
		run_silently("int sizes[roundup_pow_of_two(5)];\nint f(void *ctx) { return sizeof sizes; }"),
		32);
}

static void the_configuration_is_the_kernels(void **state)
{
	struct utsname system;
	char path[128];

	(void)state;
	uname(&system);
	snprintf(path, sizeof path, "/boot/config-%s", system.release);
	if (access("/proc/config.gz", R_OK) != 0 && access(path, R_OK) != 0)
		skip_because("the kernel's configuration is neither in /proc nor in /boot");
	expect_true(
		"defined(CONFIG_BPF_SYSCALL) && CONFIG_BPF_SYSCALL == 1 && IS_ENABLED(CONFIG_BPF_SYSCALL)");
	expect_true("!defined(CONFIG_NO_SUCH_OPTION) && !IS_ENABLED(CONFIG_NO_SUCH_OPTION)");
	expect_true("CONFIG_HZ >= 100 && HZ == CONFIG_HZ");
	expect_true("defined(CONFIG_64BIT)");
}

static void sizes_come_from_btf(void **state)
{
	(void)state;
	expect_true("DNAME_INLINE_LEN >= 32 && DNAME_INLINE_LEN <= 64");
	assert_int_equal(
		run_silently(
			"struct d { char name[DNAME_INLINE_LEN]; };\n"
			"#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)\n"
			"_Static_assert(DNAME_INLINE_LEN == sizeof(((struct dentry *)0)->d_iname), \"\");\n"
			"#endif\n"
			"int f(void *ctx) { return sizeof(struct d) == DNAME_INLINE_LEN; }"),
		1);
}

/* The warning of a text, "" if there is none. */
static const char *warning_of(const char *text, const char *cflag)
{
	struct cbcc_opts opts = {
		.sz = sizeof opts, .cflags = &cflag, .ncflags = cflag != NULL, .log = keep
	};
	struct cbcc *b;

	logged[0] = '\0';
	b = cbcc_new(text, &opts);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	cbcc_free(b);
	return logged;
}

static void a_test_of_an_unknown_macro_warns(void **state)
{
	static const char text[] = "#ifdef FMODE_NO_SUCH\n#endif\nint f(void *ctx) { return 0; }";

	(void)state;
	assert_non_null(strstr(warning_of(text, NULL), "<text>:1:8: warning: 'FMODE_NO_SUCH' is no macro"));
	assert_string_equal(warning_of(text, "-UFMODE_NO_SUCH"), "");
	assert_string_equal(warning_of(text, "-DFMODE_NO_SUCH"), "");
	assert_string_equal(warning_of(text, "-w"), "");
	assert_string_equal(
		warning_of("#ifndef MY_NAME\n#define MY_NAME 1\n#endif\n"
			   "#if defined(REQ_WRITE) || defined(DEBUG) || defined(CONFIG_NO_SUCH)\n#endif\n"
			   "#ifdef __INTELLISENSE__\n#endif\n"
			   "#ifdef TCP_ESTABLISHED\n#endif\nint f(void *ctx) { return 0; }",
			   NULL),
		"");
}

static void the_dialects_macros_are_macros_where_they_are_mentioned(void **state)
{
	(void)state;
	assert_int_equal(run("#if !defined(BPF_HASH) || !defined(PT_REGS_RC)\n#error\n#endif\n"
			     "#ifdef BPF_NO_SUCH_TABLE\n#error\n#endif\n"
			     "#define MASK(n) 7\n"
			     "#undef bpf_log2l\n"
			     "static int bpf_log2l(int x) { return x + 1; }\n"
			     "int f(void *ctx) { return MASK(1) + bpf_log2l(1); }"),
			 9);
}

/* (An argument list that may be empty, and one that is nothing else.) */
static void the_dialects_macros_take_any_number_of_arguments(void **state)
{
	(void)state;
	assert_int_equal(run("BPF_PROG(with_none) { return 0; }\n"
			     "BPF_PROG(with_two, u64 a, u64 b) { return a + b; }\n"
			     "BPF_HASH(one); BPF_HASH(all, u32, u64, 4);\n"
			     "int f(void *ctx) { return sizeof(one.key) * 10 + sizeof(all.key); }"),
			 84);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_dialects_macros_are_macros_where_they_are_mentioned),
		cmocka_unit_test(the_dialects_macros_take_any_number_of_arguments),
		cmocka_unit_test(the_version_is_the_running_kernels),
		cmocka_unit_test(constants_have_the_headers_values),
		cmocka_unit_test(hashes_are_the_kernels),
		cmocka_unit_test(functions_on_known_strings_are_values),
		cmocka_unit_test(the_preprocessor_sees_macros),
		cmocka_unit_test(macros_of_other_kernels_are_undefined),
		cmocka_unit_test(the_machine_is_the_running_one),
		cmocka_unit_test(a_redefinition_does_not_warn),
		cmocka_unit_test(the_command_line_defines_and_undefines),
		cmocka_unit_test(a_name_that_the_program_declares_is_its_own),
		cmocka_unit_test(an_annotation_is_not_declared_by_what_it_stands_beside),
		cmocka_unit_test(a_use_is_not_a_declaration),
		cmocka_unit_test(functions_of_the_kernel_compute),
		cmocka_unit_test(the_configuration_is_the_kernels),
		cmocka_unit_test(sizes_come_from_btf),
		cmocka_unit_test(a_test_of_an_unknown_macro_warns),
	};

	return run_selected_tests(tests, argc, argv);
}
