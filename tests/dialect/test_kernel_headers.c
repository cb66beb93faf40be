/* SPDX-License-Identifier: Apache-2.0 */
/* Programs compiled with a kernel's headers: Debian's of 6.1, which need not be those of this kernel. */
#include "run.h"
#include "target.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "kernel/headers.h"

/* $BCC_KERNEL_SOURCE becomes the headers that the environment names, or that are unpacked for tests. */
static void require_headers(void)
{
	FILE *out;
	char folder[4096] = "", pattern[4200];
	glob_t found = { 0 };

	if (getenv("BCC_KERNEL_SOURCE"))
		return;
	out = popen(CBCC_TEST_KERNEL " headers 6.1 2>&1", "r");
	assert_non_null(out);
	if (!fgets(folder, sizeof folder, out))
		*folder = '\0';
	folder[strcspn(folder, "\n")] = '\0';
	if (pclose(out) != 0)
		skip_because("%s", folder);
	snprintf(pattern, sizeof pattern, "%s/usr/src/linux-headers-*-amd64", folder);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	setenv("BCC_KERNEL_SOURCE", found.gl_pathv[0], 1);
	globfree(&found);
}

/* Emulated, every compile takes half a minute: one is enough. */
static void require_speed(void)
{
	if (getenv("CBCC_TEST_VM"))
		skip_other_kernel("this is tested on the machine itself");
	require_headers();
}

static struct cbcc *with_headers(const char *text)
{
	const struct cbcc_opts opts = { .sz = sizeof opts, .kernel_headers = true };

	return cbcc_new(text, &opts);
}

static uint32_t run_with_headers(const char *text)
{
	struct cbcc *b;
	uint32_t value;

	require_headers();
	b = with_headers(text);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	value = run_function(b, "f");
	cbcc_free(b);
	return value;
}

static void hello_compiles(void **state)
{
	(void)state;
	require_speed();
	assert_int_equal(run_with_headers("int f(void *ctx) { bpf_trace_printk(\"hello\"); return 7; }"), 7);
}

static void macros_and_inline_functions_are_the_headers(void **state)
{
	(void)state;
	require_speed();
	assert_int_equal(
		run_with_headers("#include <linux/jiffies.h>\n"
				 "#include <linux/sched.h>\n"
				 "#include <linux/list.h>\n"
				 "int f(void *ctx) {\n"
				 "	struct list_head list = {}, *found;\n"
				 "	found = container_of(&list.prev, struct list_head, prev);\n"
				 "	return min_t(u32, HZ, 1 << 20) + msecs_to_jiffies(2000) +\n"
				 "	       (found == &list) + sizeof_field(struct task_struct, comm);\n"
				 "}\n"),
		250 + 500 + 1 + 16);
}

static void the_version_is_that_of_the_headers(void **state)
{
	(void)state;
	require_speed();
	assert_int_equal(run_with_headers("int f(void *ctx) { return LINUX_VERSION_CODE >> 8; }"), 0x601);
}

static void arguments_of_probes_are_read(void **state)
{
	struct cbcc_opts opts = { .sz = sizeof opts, .kernel_headers = true, .nusdt_contexts = 1 };
	struct cbcc_usdt *u;
	struct cbcc *b;

	(void)state;
	require_speed();
	require_headers();
	require_uprobes();
	u = cbcc_usdt_new(0, target_library());
	assert_non_null(u);
	opts.usdt_contexts = &u;
	assert_ok(cbcc_usdt_enable_probe(u, "multiply", "f"));
	b = cbcc_new("#include <linux/sched.h>\n"
		     "int f(struct pt_regs *ctx) { int a = 0; return bpf_usdt_readarg(1, ctx, &a); }",
		     &opts);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_int_equal(cbcc_num_open_uprobes(b), 1);
	cbcc_free(b);
	cbcc_usdt_free(u);
}

static void pointers_are_followed(void **state)
{
	(void)state;
	require_speed();
	assert_int_equal(run_with_headers("struct inner { int value; };\n"
					  "struct outer { struct inner *inner; };\n"
					  "#include <linux/sched.h>\n"
					  "#include <bcc/proto.h>\n"
					  "BPF_HASH(counts, u32);\n"
					  "int f(struct bpf_raw_tracepoint_args *ctx) {\n"
					  "	struct task_struct *task = (void *)ctx->args[0];\n"
					  "	u32 key = ntohs(0x0100);\n"
					  "	counts.increment(key);\n"
					  "	u64 *count = counts.lookup(&key);\n"
					  "	return task->real_parent->tgid + (count ? *count : 100);\n"
					  "}\n"),
			 1);
}

/* On the kernel that the headers are of: what they say, and what its BTF says. */
static void offsets_are_those_of_the_kernel(void **state)
{
	static const char text[] =
		"#include <linux/sched.h>\n"
		"int f(void *ctx) {\n"
		"	struct task_struct *me = (void *)bpf_get_current_task();\n"
		"	return me->real_parent->tgid == %d && me->tgid == %d ?\n"
		"	       offsetof(struct task_struct, comm) << 16 | sizeof(struct task_struct) : 0;\n"
		"}\n";
	char program[sizeof text + 32];
	uint32_t value;

	(void)state;
	if (!getenv("CBCC_TEST_VM"))
		skip_other_kernel("the headers are of another kernel than this one");
	snprintf(program, sizeof program, text, getppid(), getpid());
	value = run_with_headers(program);
	assert_true(value > 1000);
	assert_int_equal(value, run(program));
}

static void what_no_header_declares_is_unknown(void **state)
{
	(void)state;
	require_speed();
	assert_null(with_headers("int f(void *ctx) { return sizeof(struct ext4_inode_info); }"));
	assert_int_equal(errno, EINVAL);
	assert_error_has("incomplete type 'struct ext4_inode_info'");
	assert_null(with_headers("#include <linux/nonesuch.h>\n"));
	assert_error_has("'linux/nonesuch.h' file not found");
}

static void the_machines_assembly_is_refused_where_it_is_used(void **state)
{
	(void)state;
	require_speed();
	assert_null(with_headers(
		"#include <linux/atomic.h>\n"
		"int f(void *ctx) { unsigned a, b; asm(\"cpuid\" : \"=a\"(a), \"=b\"(b)); return a; }"));
	assert_int_equal(errno, EINVAL);
	assert_error_has("constraint 'a'");
}

static void without_headers_the_error_names_the_package(void **state)
{
	struct kernel_headers headers;

	(void)state;
	unsetenv("BCC_KERNEL_MODULES_SUFFIX");
	assert_int_equal(kernel_headers_find_in(&headers, "/nonesuch/7.8.9-x", NULL), -ENOENT);
	assert_error_has("no kernel headers in /nonesuch/7.8.9-x/build");
	assert_error_has("install the package linux-headers-7.8.9-x");
	assert_int_equal(kernel_headers_find_in(&headers, "/nonesuch/7.8.9-x", "/tmp"), -ENOENT);
	assert_error_has("$BCC_KERNEL_SOURCE: /tmp has not both");
}

static void make_file(const char *root, const char *path, const char *text)
{
	char command[2048];

	snprintf(command, sizeof command, "mkdir -p $(dirname %s/%s) && printf '%%s\\n' '%s' >%s/%s", root,
		 path, text, root, path);
	assert_int_equal(system(command), 0);
}

static void expect_found(const char *modules, const char *folder, const char *root, const char *source,
			 const char *build)
{
	struct kernel_headers headers;
	char expected[512], real[2][4096];

	assert_ok(kernel_headers_find_in(&headers, modules, folder));
	assert_non_null(realpath(headers.source, real[0]));
	assert_non_null(realpath(headers.build, real[1]));
	snprintf(expected, sizeof expected, "%s/%s", root, source);
	assert_string_equal(real[0], expected);
	snprintf(expected, sizeof expected, "%s/%s", root, build);
	assert_string_equal(real[1], expected);
	kernel_headers_free(&headers);
}

static void headers_are_found_whole_and_in_halves(void **state)
{
	const char *base = getenv("TMPDIR");
	char root[256], modules[300], folder[300], command[1024];

	(void)state;
	snprintf(root, sizeof root, "%s/cbcc-headers.XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(root));
	snprintf(modules, sizeof modules, "%s/modules", root);
	make_file(root, "common/include/linux/kconfig.h", "");
	make_file(root, "made/include/generated/autoconf.h", "");
	make_file(root, "made/Makefile", "include /nonesuch/common/Makefile");
	make_file(root, "whole/include/linux/kconfig.h", "");
	make_file(root, "whole/include/generated/autoconf.h", "");
	snprintf(command, sizeof command, "mkdir %s && ln -s ../made %s/build && ln -s ../whole %s/own",
		 modules, modules, modules);
	assert_int_equal(system(command), 0);

	expect_found(modules, NULL, root, "common", "made");
	snprintf(folder, sizeof folder, "%s/common", root);
	expect_found(modules, folder, root, "common", "made");
	snprintf(folder, sizeof folder, "%s/whole", root);
	expect_found(modules, folder, root, "whole", "whole");
	setenv("BCC_KERNEL_MODULES_SUFFIX", "own", 1);
	expect_found(modules, NULL, root, "whole", "whole");
	unsetenv("BCC_KERNEL_MODULES_SUFFIX");
	snprintf(command, sizeof command, "ln -s ../common %s/source", modules);
	assert_int_equal(system(command), 0);
	expect_found(modules, NULL, root, "common", "made");
	snprintf(command, sizeof command, "rm -r %s", root);
	assert_int_equal(system(command), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hello_compiles),
		cmocka_unit_test(macros_and_inline_functions_are_the_headers),
		cmocka_unit_test(the_version_is_that_of_the_headers),
		cmocka_unit_test(pointers_are_followed),
		cmocka_unit_test(offsets_are_those_of_the_kernel),
		cmocka_unit_test(what_no_header_declares_is_unknown),
		cmocka_unit_test(the_machines_assembly_is_refused_where_it_is_used),
		cmocka_unit_test(arguments_of_probes_are_read),
		cmocka_unit_test(without_headers_the_error_names_the_package),
		cmocka_unit_test(headers_are_found_whole_and_in_halves),
	};

	return run_selected_tests(tests, argc, argv);
}
