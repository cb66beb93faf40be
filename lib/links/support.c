/* SPDX-License-Identifier: Apache-2.0 */
/* Which kinds of programs can be loaded and attached: by loading and attaching one that does nothing. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

#include "cbcc/kernel.h"
#include "kernel/functions.h"
#include "links/perf_event.h"
#include "links/perf_probe.h"
#include "loader/libbpf_log.h"

/* A function that the kernel has for its own tests: nobody's way leads there. */
#define TEST_FUNCTION "bpf_fentry_test1"

/* A rare event: a process asks for the group of another. */
#define TEST_HOOK "task_getpgid"
#define TEST_MODIFIED "security_" TEST_HOOK

static int load(enum bpf_prog_type type, enum bpf_attach_type attach_type, const char *target)
{
	static const struct bpf_insn return_0[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = attach_type);
	int id = target ? libbpf_find_vmlinux_btf_id(target, attach_type) : 0;

	if (id < 0)
		return id;
	opts.attach_btf_id = (uint32_t)id;
	return bpf_prog_load(type, "cbcc_support", "GPL", return_0, 2, &opts);
}

static bool attach_by_btf(enum bpf_prog_type type, enum bpf_attach_type attach_type, const char *target)
{
	int program = load(type, attach_type, target);
	int link = program < 0 ? -1 : bpf_raw_tracepoint_open(NULL, program);

	if (program >= 0)
		close(program);
	if (link >= 0)
		close(link);
	return link >= 0;
}

static bool try_kfunc(void)
{
	return attach_by_btf(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, TEST_FUNCTION);
}

static bool try_fmod_ret(void)
{
	return attach_by_btf(BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN, TEST_MODIFIED);
}

static bool try_lsm(void)
{
	return attach_by_btf(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, TEST_HOOK);
}

static bool try_raw_tracepoint(void)
{
	int program = load(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, NULL);
	int link = program < 0 ? -1 : bpf_raw_tracepoint_open("sys_enter", program);

	if (program >= 0)
		close(program);
	if (link >= 0)
		close(link);
	return link >= 0;
}

static bool try_raw_tracepoint_in_module(void)
{
	return try_raw_tracepoint() && symbol_exists("bpf_trace_modules");
}

static bool try_kprobe(void)
{
	const struct perf_probe probe = { .target = TEST_FUNCTION };
	int event = perf_probe_open(PERF_KPROBE, &probe);
	int program = event < 0 ? -1 : load(BPF_PROG_TYPE_KPROBE, 0, NULL);
	bool can = program >= 0 && perf_event_run(event, program) == 0;

	if (program >= 0)
		close(program);
	if (event >= 0)
		close(event);
	return can;
}

static bool try_kprobe_multi(void)
{
	const char *names[] = { TEST_FUNCTION };
	LIBBPF_OPTS(bpf_link_create_opts, opts, .kprobe_multi = { .cnt = 1, .syms = names });
	int program = load(BPF_PROG_TYPE_KPROBE, BPF_TRACE_KPROBE_MULTI, NULL);
	int link = program < 0 ? -1 : bpf_link_create(program, 0, BPF_TRACE_KPROBE_MULTI, &opts);

	if (program >= 0)
		close(program);
	if (link >= 0)
		close(link);
	return link >= 0;
}

/* 0: not tried; else 1 + the answer. */
static int answer(atomic_int *kept, bool (*try)(void))
{
	static const struct log none;
	int known = atomic_load(kept);

	if (!known) {
		libbpf_log_begin(&none, false);
		known = 1 + try();
		libbpf_log_end();
		atomic_store(kept, known);
	}
	return known - 1;
}

int cbcc_support_kprobe(void)
{
	static atomic_int kept;

	return answer(&kept, try_kprobe);
}

int cbcc_support_kprobe_multi(void)
{
	static atomic_int kept;

	return answer(&kept, try_kprobe_multi);
}

int cbcc_support_kfunc(void)
{
	static atomic_int kept;

	return answer(&kept, try_kfunc);
}

int cbcc_support_fmod_ret(void)
{
	static atomic_int kept;

	return answer(&kept, try_fmod_ret);
}

int cbcc_support_lsm(void)
{
	static atomic_int kept;

	return answer(&kept, try_lsm);
}

int cbcc_support_raw_tracepoint(void)
{
	static atomic_int kept;

	return answer(&kept, try_raw_tracepoint);
}

int cbcc_support_raw_tracepoint_in_module(void)
{
	static atomic_int kept;

	return answer(&kept, try_raw_tracepoint_in_module);
}
