/* SPDX-License-Identifier: Apache-2.0 */
#include "info.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cbcc.h"
#include "text.h"

/* ---- what it is asked for ---- */

static int support_tracepoints(void)
{
	struct cbcc_names *names = cbcc_get_tracepoints("sched:sched_switch");
	int have = names && names->count;

	cbcc_names_free(names);
	return have;
}

static int support_map(const char *definition)
{
	struct cbcc *b = cbcc_new(definition, NULL);
	int have = b && cbcc_get_table(b, "m");

	cbcc_free(b);
	return have;
}

static const struct {
	const char *name, *what;
	int (*ask)(void);
	const char *map; /* or: a text that defines this one */
} questions[] = {
	{ "kprobe", "kernel functions", cbcc_support_kprobe, NULL },
	{ "kprobe.multi", "many kernel functions at once", cbcc_support_kprobe_multi, NULL },
	{ "kfunc", "kernel functions by BTF (fentry, fexit)", cbcc_support_kfunc, NULL },
	{ "fmod_ret", "changed results of kernel functions", cbcc_support_fmod_ret, NULL },
	{ "lsm", "security hooks", cbcc_support_lsm, NULL },
	{ "tracepoint", "tracepoints", support_tracepoints, NULL },
	{ "raw_tracepoint", "raw tracepoints", cbcc_support_raw_tracepoint, NULL },
	{ "raw_tracepoint_in_module", "raw tracepoints of modules", cbcc_support_raw_tracepoint_in_module, NULL },
	{ "hash", "maps: hash", NULL, "BPF_HASH(m);" },
	{ "percpu_hash", "maps: per-CPU hash", NULL, "BPF_PERCPU_HASH(m);" },
	{ "lru_hash", "maps: LRU hash", NULL, "BPF_TABLE(\"lru_hash\", u64, u64, m, 16);" },
	{ "array", "maps: array", NULL, "BPF_ARRAY(m, u64, 1);" },
	{ "stack_trace", "maps: stack traces", NULL, "BPF_STACK_TRACE(m, 16);" },
	{ "queue", "maps: queue and stack", NULL, "BPF_QUEUE(m, u64, 16);" },
	{ "perf_buffer", "perf buffers", NULL, "BPF_PERF_OUTPUT(m);" },
	{ "ring_buffer", "ring buffers", NULL, "BPF_RINGBUF_OUTPUT(m, 1);" },
};

/* ---- files that tell of it ---- */

static const struct {
	const char *name, *path;
} facts[] = {
	{ "lockdown", "/sys/kernel/security/lockdown" },
	{ "active security modules", "/sys/kernel/security/lsm" },
	{ "kernel.unprivileged_bpf_disabled", "/proc/sys/kernel/unprivileged_bpf_disabled" },
	{ "kernel.kptr_restrict", "/proc/sys/kernel/kptr_restrict" },
	{ "kernel.perf_event_paranoid", "/proc/sys/kernel/perf_event_paranoid" },
	{ "net.core.bpf_jit_enable", "/proc/sys/net/core/bpf_jit_enable" },
};

static void put(const struct options *options, const char *name, const char *value)
{
	if (options->format != FORMAT_JSON) {
		printf("  %-36s %s\n", name, value);
		return;
	}
	fputs("{\"type\": \"info\", \"name\": ", stdout);
	text_put_json_string(stdout, name);
	fputs(", \"value\": ", stdout);
	text_put_json_string(stdout, value);
	fputs("}\n", stdout);
}

static void put_title(const struct options *options, const char *title)
{
	if (options->format != FORMAT_JSON)
		printf("%s\n", title);
}

static void put_fact(const struct options *options, const char *name, const char *path)
{
	FILE *in = fopen(path, "re");
	char line[256] = "";

	if (in && fgets(line, sizeof line, in)) {
		line[strcspn(line, "\n")] = '\0';
		put(options, name, line);
	}
	if (in)
		fclose(in);
}

static void put_system(const struct options *options)
{
	struct utsname names;
	char text[512];

	put_title(options, "System");
	uname(&names);
	snprintf(text, sizeof text, "%s %s", names.release, names.machine);
	put(options, "kernel", text);
	snprintf(text, sizeof text, "%d online, %d possible", cbcc_get_online_cpus(NULL, 0), cbcc_num_possible_cpus());
	put(options, "processors", text);
	put(options, "BTF of the kernel", access("/sys/kernel/btf/vmlinux", R_OK) == 0 ? "yes" : "no");
	snprintf(text, sizeof text, "/lib/modules/%s/build", names.release);
	put(options, "installed kernel headers", access(text, F_OK) == 0 ? "yes" : "no (not needed)");
	put(options, "running as root", geteuid() == 0 ? "yes" : "no");
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		put_fact(options, facts[i].name, facts[i].path);
}

enum status info_print(const struct options *options)
{
	put_title(options, "cbcc");
	put(options, "version", cbcc_version());
	put_system(options);
	put_title(options, "Programs and maps");
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		int have = questions[i].ask ? questions[i].ask() : support_map(questions[i].map);

		put(options, options->format == FORMAT_JSON ? questions[i].name : questions[i].what,
		    have == 1 ? "yes" : "no");
	}
	return STATUS_OK;
}
