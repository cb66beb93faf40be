/* SPDX-License-Identifier: Apache-2.0 */
/* Loading without attaching: the type of a program comes from what its function says of itself. */
#include "links/auto_attach.h"

#include <linux/bpf.h>
#include <string.h>

#include "links/kfunc.h"
#include "links/section.h"
#include "links/usdt.h"
#include "loader/program.h"

/* What names and contexts begin with. */
static const struct {
	const char *prefix;
	enum bpf_prog_type type;
	enum bpf_attach_type attach_type; /* of those that are loaded for the rest of their name; else 0 */
} names[] = {
	{ "kprobe__", BPF_PROG_TYPE_KPROBE, 0 },
	{ "kretprobe__", BPF_PROG_TYPE_KPROBE, 0 },
	{ "syscall__", BPF_PROG_TYPE_KPROBE, 0 },
	{ "tracepoint__", BPF_PROG_TYPE_TRACEPOINT, 0 },
	{ "raw_tracepoint__", BPF_PROG_TYPE_RAW_TRACEPOINT, 0 },
	{ "kfunc__", BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY },
	{ "kretfunc__", BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT },
	{ "kmod_ret__", BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN },
	{ "bpf_iter__", BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER },
	{ "lsm__", BPF_PROG_TYPE_LSM, BPF_LSM_MAC },
};

static const struct {
	const char *tag;
	enum bpf_prog_type type;
} contexts[] = {
	{ "pt_regs", BPF_PROG_TYPE_KPROBE },
	{ "bpf_perf_event_data", BPF_PROG_TYPE_PERF_EVENT },
	{ "bpf_raw_tracepoint_args", BPF_PROG_TYPE_RAW_TRACEPOINT },
	{ "__sk_buff", BPF_PROG_TYPE_SCHED_CLS },
	{ "xdp_md", BPF_PROG_TYPE_XDP },
	{ "bpf_sock_ops", BPF_PROG_TYPE_SOCK_OPS },
	{ "sk_msg_md", BPF_PROG_TYPE_SK_MSG },
	{ "bpf_sk_lookup", BPF_PROG_TYPE_SK_LOOKUP },
	{ "bpf_sysctl", BPF_PROG_TYPE_CGROUP_SYSCTL },
	{ "bpf_cgroup_dev_ctx", BPF_PROG_TYPE_CGROUP_DEVICE },
};

static int load_by_name(struct cbcc *b, const struct compiled_function *function, size_t name)
{
	const char *rest = function->name + strlen(names[name].prefix);
	struct program_target target = { .type = names[name].attach_type };
	struct program *program;

	if (!target.type)
		return program_get(b, function, names[name].type, &program);
	target.function = names[name].type == BPF_PROG_TYPE_TRACING && target.type != BPF_TRACE_ITER
				  ? kfunc_site(LINK_KFUNC, rest).target.function
				  : rest;
	return program_get_for(b, function, names[name].type, &target, &program);
}

static bool type_by_context(const char *tag, enum bpf_prog_type *type)
{
	for (size_t i = 0; tag && i < sizeof contexts / sizeof *contexts; i++)
		if (strcmp(contexts[i].tag, tag) == 0) {
			*type = contexts[i].type;
			return true;
		}
	*type = BPF_PROG_TYPE_TRACEPOINT;
	return tag && strncmp(tag, "tracepoint__", 12) == 0;
}

static bool is_loaded(const struct cbcc *b, const struct compiled_function *function)
{
	for (const struct program *program = b->programs; program; program = program->next)
		if (program->function == function)
			return true;
	return false;
}

static int load_one(struct cbcc *b, const struct compiled_function *function)
{
	enum bpf_prog_type type;
	struct program *program;

	if (function->section)
		return section_load(b, function);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strncmp(function->name, names[i].prefix, strlen(names[i].prefix)) == 0)
			return load_by_name(b, function, i);
	if (is_loaded(b, function)) /* for a USDT probe, or a program array */
		return 0;
	if (type_by_context(function->context, &type))
		return program_get(b, function, type, &program);
	log_write(&b->log, CBCC_LOG_INFO,
		  "'%s' is not loaded: neither its name nor its context says its type", function->name);
	return 0;
}

int auto_load(struct cbcc *b)
{
	int err = fill_program_arrays(b);

	for (size_t i = 0; i < b->unit.nfunctions && !err; i++)
		err = load_one(b, &b->unit.functions[i]);
	return err;
}
