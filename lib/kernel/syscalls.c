/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/syscalls.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/utsname.h>

#include "kernel/kallsyms.h"
#include "kernel/release.h"

#define PLAIN "sys_"
#define X86_64 "__x64_sys_"
#define ARM64 "__arm64_sys_"
#define S390X "__s390x_sys_"
#define RISCV "__riscv_sys_"

/* Where a kernel has several, the first is the one that native programs go through. */
static const char *const prefixes[] = {
	PLAIN, X86_64, "__x32_compat_sys_", "__ia32_compat_sys_", ARM64, S390X, "__s390_sys_", RISCV,
};

#define NPREFIXES (sizeof prefixes / sizeof *prefixes)
#define VERSION(major, minor) ((uint32_t)(major) << 16 | (uint32_t)(minor) << 8)

/*
 * The first row that fits decides; where none does, the symbols do. So they do for what a personality can
 * make uname(2) tell on a 64-bit kernel: "i686" and "armv8l" have no row, and 2.6 as release is older than
 * all rows.
 */
/* clang-format off */
static const struct {
	const char *machine;
	uint32_t since;
	const char *prefix;
} rules[] = {
	{ "x86_64", VERSION(4, 17), X86_64 },
	{ "x86_64", VERSION(3, 0), PLAIN },
	{ "aarch64", VERSION(4, 19), ARM64 }, /* earlier ones: some, by backports */
	{ "s390x", VERSION(5, 12), S390X },   /* earlier ones: those with 31-bit mode */
	{ "riscv64", VERSION(6, 6), RISCV },
	{ "ppc64le", VERSION(3, 0), PLAIN },
	{ "ppc64", VERSION(3, 0), PLAIN },
	{ "armv7l", VERSION(3, 0), PLAIN },
	{ "loongarch64", VERSION(3, 0), PLAIN },
};
/* clang-format on */

const char *syscall_prefix_by_release(const char *machine, const char *release)
{
	uint32_t version = kernel_version_parse(release);

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (!strcmp(machine, rules[i].machine) && version >= rules[i].since)
			return rules[i].prefix;
	return NULL;
}

static size_t prefix_index(const char *function)
{
	size_t i = 0;

	while (i < NPREFIXES && strncmp(function, prefixes[i], strlen(prefixes[i])) != 0)
		i++;
	return i;
}

/* bpf(2) is the one system call that a kernel this library runs on is sure to have. */
const char *syscall_prefix_by_symbols(struct kallsyms *symbols)
{
	struct kallsym symbol;
	size_t best = NPREFIXES;

	while (kallsyms_next(symbols, &symbol)) {
		size_t i = prefix_index(symbol.name);

		if (i < best && !strcmp(symbol.name + strlen(prefixes[i]), "bpf"))
			best = i;
	}
	return best < NPREFIXES ? prefixes[best] : NULL;
}

static const char *find_prefix(void)
{
	const char *prefix = NULL;
	struct kallsyms symbols;
	struct utsname uts;

	if (uname(&uts) == 0)
		prefix = syscall_prefix_by_release(uts.machine, uts.release);
	if (prefix)
		return prefix;
	if (kallsyms_open(&symbols) == 0) {
		prefix = syscall_prefix_by_symbols(&symbols);
		kallsyms_close(&symbols);
	}
	return prefix ? prefix : PLAIN;
}

const char *syscall_prefix(void)
{
	static _Atomic(const char *) found;
	const char *prefix = atomic_load(&found);

	if (!prefix) {
		prefix = find_prefix();
		atomic_store(&found, prefix);
	}
	return prefix;
}

/* A prefix came with the wrappers, but for these. */
static const struct {
	const char *machine, *prefix;
	uint32_t since;
} wrapped_since[] = {
	{ "ppc64le", PLAIN, VERSION(6, 1) },
	{ "s390x", S390X, VERSION(5, 12) },
};

bool syscall_is_wrapped_by_release(const char *prefix, const char *machine, const char *release)
{
	for (size_t i = 0; i < sizeof wrapped_since / sizeof *wrapped_since; i++)
		if (!strcmp(machine, wrapped_since[i].machine) && !strcmp(prefix, wrapped_since[i].prefix))
			return kernel_version_parse(release) >= wrapped_since[i].since;
	return strcmp(prefix, PLAIN) != 0;
}

bool syscall_is_wrapped(void)
{
	struct utsname uts;

	return uname(&uts) == 0 && syscall_is_wrapped_by_release(syscall_prefix(), uts.machine, uts.release);
}

const char *syscall_name(const char *function)
{
	size_t i = prefix_index(function);

	if (i == NPREFIXES || !function[strlen(prefixes[i])])
		return NULL;
	return function + strlen(prefixes[i]);
}
