/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "kernel/kallsyms.h"
#include "kernel/syscalls.h"

static const struct {
	const char *machine, *release, *prefix;
} releases[] = {
	{ "x86_64", "4.9.0-19-amd64", "sys_" },
	{ "x86_64", "4.15.0-213-generic", "sys_" },
	{ "x86_64", "4.16.18", "sys_" },
	{ "x86_64", "4.17.0", "__x64_sys_" },
	{ "x86_64", "4.18.0-553.el8_10.x86_64", "__x64_sys_" },
	{ "x86_64", "5.4.0-150-generic", "__x64_sys_" },
	{ "x86_64", "6.1.0-13-amd64", "__x64_sys_" },
	{ "x86_64", "6.18.44-fc-v657", "__x64_sys_" },
	{ "x86_64", "7.0-rc1", "__x64_sys_" },
	{ "x86_64", "10.2.0", "__x64_sys_" },
	{ "x86_64", "3.10.0-1160.el7.x86_64", "sys_" },
	{ "x86_64", "2.6.78", NULL }, /* setarch --uname-2.6 on 6.18 */
	{ "x86_64", "unknown", NULL },
	{ "x86_64", "", NULL },
	{ "x86_64", "6", NULL },
	{ "x86_64", "6.", NULL },
	{ "aarch64", "4.19.0", "__arm64_sys_" },
	{ "aarch64", "6.6.31+rpt-rpi-v8", "__arm64_sys_" },
	{ "aarch64", "4.14.180-perf", NULL }, /* Android's has the wrappers, others' has not */
	{ "s390x", "5.14.0-427.el9.s390x", "__s390x_sys_" },
	{ "s390x", "4.18.0-553.el8.s390x", NULL },
	{ "riscv64", "6.6.0", "__riscv_sys_" },
	{ "riscv64", "6.5.0", NULL },
	{ "ppc64le", "6.1.0-13-powerpc64le", "sys_" },
	{ "armv7l", "6.1.21-v7+", "sys_" },
	{ "loongarch64", "6.6.0", "sys_" },
	{ "i686", "6.18.0", NULL }, /* maybe setarch i386 on x86-64 */
	{ "armv8l", "6.1.0", NULL },
	{ "x86", "6.1.0", NULL },
};

static void machine_and_release_tell_the_prefix(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof releases / sizeof *releases; i++) {
		const char *found = syscall_prefix_by_release(releases[i].machine, releases[i].release);

		print_message("    %s %s\n", releases[i].machine, releases[i].release);
		if (releases[i].prefix) {
			assert_non_null(found);
			assert_string_equal(found, releases[i].prefix);
		} else {
			assert_null(found);
		}
	}
}

static const struct {
	const char *text, *prefix;
} symbols[] = {
	{ "ffff T sys_bpf\nffff t __se_sys_bpf\n", "sys_" },
	{ "ffff t __sys_bpf\nffff T bpf_sys_bpf\nffff T __ia32_sys_bpf\nffff T __x64_sys_bpf\n",
	  "__x64_sys_" },
	{ "ffff T __arm64_compat_sys_bpf\nffff T __arm64_sys_bpf\n", "__arm64_sys_" },
	{ "ffff T __s390_sys_bpf\nffff T __s390x_sys_bpf\n", "__s390x_sys_" },
	{ "ffff T __riscv_sys_bpf", "__riscv_sys_" },
	{ "ffff T __x64_sys_bpf_extra\nffff T sys_bp\n", NULL },
	{ "garbage\n\n \nffff\nffff T\nffff T \n", NULL },
	{ "\n", NULL },
};

static void symbols_tell_the_prefix(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
		struct kallsyms kallsyms;
		const char *found;

		kallsyms_from_file(&kallsyms,
				   fmemopen((char *)symbols[i].text, strlen(symbols[i].text), "r"));
		found = syscall_prefix_by_symbols(&kallsyms);
		kallsyms_close(&kallsyms);
		if (symbols[i].prefix) {
			assert_non_null(found);
			assert_string_equal(found, symbols[i].prefix);
		} else {
			assert_null(found);
		}
	}
}

/* The second source for the table of releases. */
static void this_kernels_symbols_agree(void **state)
{
	struct kallsyms kallsyms;
	const char *found;

	(void)state;
	if (kallsyms_open(&kallsyms))
		skip_because("%s", cbcc_last_error());
	found = syscall_prefix_by_symbols(&kallsyms);
	kallsyms_close(&kallsyms);
	if (!found)
		skip_because("this kernel's symbols have no bpf system call");
	assert_string_equal(syscall_prefix(), found);
	assert_ptr_equal(syscall_prefix(), syscall_prefix());
}

/* Where a system call's arguments are depends on it: arch/ARCH/include/asm/syscall_wrapper.h of the kernel. */
static const struct {
	const char *prefix, *machine, *release;
	bool wrapped;
} wrappers[] = {
	{ "__x64_sys_", "x86_64", "5.10.0", true },
	{ "sys_", "x86_64", "4.16.0", false },
	{ "__arm64_sys_", "aarch64", "6.1.0", true },
	{ "__arm64_sys_", "aarch64", "4.14.180-perf", true },
	{ "__s390x_sys_", "s390x", "5.12.0", true },
	{ "__s390x_sys_", "s390x", "5.10.0", false },
	{ "sys_", "s390x", "5.10.0", false },
	{ "__riscv_sys_", "riscv64", "6.6.0", true },
	{ "sys_", "riscv64", "6.5.0", false },
	{ "sys_", "ppc64le", "6.1.0", true },
	{ "sys_", "ppc64le", "6.0.12-powerpc64", false },
	{ "sys_", "ppc64", "6.1.0", false },
	{ "sys_", "loongarch64", "6.12.0", false },
	{ "sys_", "mips64", "6.12.0", false },
};

static void wrapped_system_calls_are_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++)
		if (syscall_is_wrapped_by_release(wrappers[i].prefix, wrappers[i].machine,
						  wrappers[i].release) != wrappers[i].wrapped)
			fail_msg("%s %s: not %d", wrappers[i].machine, wrappers[i].release,
				 wrappers[i].wrapped);
}

static const struct {
	const char *function, *name;
} functions[] = {
	{ "sys_clone", "clone" },
	{ "__x64_sys_execve", "execve" },
	{ "__x32_compat_sys_execve", "execve" },
	{ "__ia32_compat_sys_execve", "execve" },
	{ "__arm64_sys_execve", "execve" },
	{ "__s390x_sys_execve", "execve" },
	{ "__s390_sys_execve", "execve" },
	{ "__riscv_sys_execve", "execve" },
	{ "sys_sys_x", "sys_x" },
	{ "__x64_sys_", NULL },
	{ "__x64_sys", NULL },
	{ "__se_sys_execve", NULL },
	{ "do_sys_open", NULL },
	{ "vfs_read", NULL },
	{ "", NULL },
};

static void a_functions_prefix_is_recognised(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		const char *name = syscall_name(functions[i].function);

		if (!functions[i].name) {
			assert_null(name);
			continue;
		}
		assert_non_null(name);
		assert_string_equal(name, functions[i].name);
		assert_ptr_equal(name + strlen(name), functions[i].function + strlen(functions[i].function));
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(machine_and_release_tell_the_prefix),
		cmocka_unit_test(symbols_tell_the_prefix),
		cmocka_unit_test(this_kernels_symbols_agree),
		cmocka_unit_test(wrapped_system_calls_are_known),
		cmocka_unit_test(a_functions_prefix_is_recognised),
	};

	return run_selected_tests(tests, argc, argv);
}
