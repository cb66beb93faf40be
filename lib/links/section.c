/* SPDX-License-Identifier: Apache-2.0 */
#include "links/section.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "links/kfunc.h"
#include "links/kprobe.h"
#include "links/lsm.h"
#include "links/raw_tracepoint.h"
#include "loader/libbpf_log.h"
#include "loader/program.h"

typedef int (*attach_fn)(struct cbcc *b, enum link_kind kind, const char *rest,
			 const struct compiled_function *function);

/* FUNCTION or FUNCTION+OFFSET */
static int attach_kprobe(struct cbcc *b, enum link_kind kind, const char *rest,
			 const struct compiled_function *function)
{
	struct kprobe_site site = { .kind = kind };
	const char *plus = strchr(rest, '+');
	char *event = plus ? strndup(rest, (size_t)(plus - rest)) : strdup(rest), *end = "";
	int err;

	if (!event)
		return error_set(-ENOMEM, "cannot attach '%s'", function->name);
	site.event = event;
	if (plus)
		site.offset = strtoull(plus + 1, &end, 0);
	if (*end || (plus && (end == plus + 1 || kind == LINK_KRETPROBE)))
		err = error_say(-EINVAL, "cannot attach '%s': '%s' is no function%s", function->name, rest,
				kind == LINK_KPROBE ? " and offset" : "");
	else
		err = kprobe_attach(b, &site, function);
	free(event);
	return err;
}

/* CATEGORY/EVENT */
static int attach_tracepoint(struct cbcc *b, enum link_kind kind, const char *rest,
			     const struct compiled_function *function)
{
	char *tp = strdup(rest);
	char *slash = tp ? strchr(tp, '/') : NULL;
	int err;

	(void)kind;
	if (slash)
		*slash = ':';
	err = tp ? cbcc_attach_tracepoint(b, tp, function->name)
		 : error_set(-ENOMEM, "cannot attach '%s'", function->name);
	free(tp);
	return err;
}

static int attach_by_libbpf(struct cbcc *b, struct link *link)
{
	struct program *program;
	int err = program_get_by_section(b, link->function, &program);

	if (err)
		return err;
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	link->bpf = bpf_program__attach(program->bpf);
	err = link->bpf ? 0 : -errno;
	libbpf_log_end();
	return err ? error_set(err, "cannot attach '%s' to %s", link->function->name, link->event) : 0;
}

static int attach_section(struct cbcc *b, enum link_kind kind, const char *rest,
			  const struct compiled_function *function)
{
	struct link *link = link_create(kind, function->section, function);
	int err = link ? attach_by_libbpf(b, link) : -ENOMEM;

	(void)rest;
	if (err)
		link_free(link);
	else
		link_add(b, link);
	return err;
}

static int load_only(struct cbcc *b, enum link_kind kind, const char *rest,
		     const struct compiled_function *function)
{
	struct program *program;

	(void)kind, (void)rest;
	return program_get_by_section(b, function, &program);
}

/* What takes the place of something else: cbcc cannot know of what, or when. */
static int leave(struct cbcc *b, enum link_kind kind, const char *rest,
		 const struct compiled_function *function)
{
	(void)kind, (void)rest;
	log_write(
		&b->log, CBCC_LOG_WARN,
		"'%s' is compiled, and neither loaded nor attached: programs in section '%s' are for libbpf, "
		"which can open the object of cbcc_get_object()",
		function->name, function->section);
	return 0;
}

/* The kinds of programs that can be attached to an event, which their section may name. All others are loaded. */
static const struct {
	const char *name;
	enum link_kind kind;
	attach_fn attach;
} rules[] = {
	{ "kprobe", LINK_KPROBE, attach_kprobe },
	{ "kretprobe", LINK_KRETPROBE, attach_kprobe },
	{ "ksyscall", LINK_KPROBE, kprobe_attach_syscall },
	{ "kretsyscall", LINK_KRETPROBE, kprobe_attach_syscall },
	{ "kprobe.multi", LINK_SECTION, attach_section },
	{ "kretprobe.multi", LINK_SECTION, attach_section },
	{ "kprobe.session", LINK_SECTION, attach_section },
	{ "uprobe", LINK_SECTION, attach_section },
	{ "uprobe.s", LINK_SECTION, attach_section },
	{ "uretprobe", LINK_SECTION, attach_section },
	{ "uretprobe.s", LINK_SECTION, attach_section },
	{ "uprobe.multi", LINK_SECTION, attach_section },
	{ "uprobe.multi.s", LINK_SECTION, attach_section },
	{ "uretprobe.multi", LINK_SECTION, attach_section },
	{ "uretprobe.multi.s", LINK_SECTION, attach_section },
	{ "usdt", LINK_SECTION, attach_section },
	{ "usdt.s", LINK_SECTION, attach_section },
	{ "tp", LINK_TRACEPOINT, attach_tracepoint },
	{ "tracepoint", LINK_TRACEPOINT, attach_tracepoint },
	{ "raw_tp", LINK_RAW_TRACEPOINT, raw_tracepoint_attach },
	{ "raw_tracepoint", LINK_RAW_TRACEPOINT, raw_tracepoint_attach },
	{ "raw_tp.w", LINK_SECTION, attach_section },
	{ "raw_tracepoint.w", LINK_SECTION, attach_section },
	{ "perf_event", LINK_SECTION, attach_section },
	{ "tp_btf", LINK_TP_BTF, kfunc_attach_exact },
	{ "fentry", LINK_KFUNC, kfunc_attach_exact },
	{ "fentry.s", LINK_KFUNC, kfunc_attach_exact },
	{ "fexit", LINK_KRETFUNC, kfunc_attach_exact },
	{ "fexit.s", LINK_KRETFUNC, kfunc_attach_exact },
	{ "fmod_ret", LINK_FMOD_RET, kfunc_attach_exact },
	{ "fmod_ret.s", LINK_FMOD_RET, kfunc_attach_exact },
	{ "freplace", LINK_SECTION, leave },
	{ "lsm", LINK_LSM, lsm_attach },
	{ "lsm.s", LINK_LSM, lsm_attach },
	{ "struct_ops", LINK_SECTION, leave },
	{ "struct_ops.s", LINK_SECTION, leave },
};

int section_attach(struct cbcc *b, const struct compiled_function *function)
{
	const char *section = function->section;
	size_t length = strcspn(section, "/");

	if (*section == '?')
		return 0;
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		if (strlen(rules[i].name) != length || strncmp(rules[i].name, section, length) != 0)
			continue;
		if (rules[i].attach == leave)
			return leave(b, rules[i].kind, "", function);
		if (!section[length])
			return 0;
		return rules[i].attach(b, rules[i].kind, section + length + 1, function);
	}
	return load_only(b, LINK_SECTION, section, function);
}
