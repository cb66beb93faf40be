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
#include "links/uprobe.h"
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

/* "*" and "?" of a pattern as a regular expression; to be freed. */
static char *glob_to_regex(const char *glob)
{
	char *regex = malloc(2 * strlen(glob) + 1), *to = regex;

	for (; regex && *glob; glob++) {
		if (*glob == '*')
			*to++ = '.';
		else if (*glob != '?' && strchr(".[]()+^$|{}\\", *glob))
			*to++ = '\\';
		*to++ = *glob == '?' ? '.' : *glob;
	}
	if (regex)
		*to = '\0';
	return regex;
}

/* The one behind the file: a function of C++ may have more. */
static char *find_colon(const char *rest)
{
	const char *slash = strrchr(rest, '/');

	return strchr(slash ? slash : rest, ':');
}

/* FILE:FUNCTION, or FILE:FUNCTION+OFFSET */
static int parse_uprobe(struct uprobe_site *site, char *rest, const struct compiled_function *function)
{
	char *colon = find_colon(rest), *plus = colon ? strchr(colon, '+') : NULL, *end = "";

	if (plus) {
		*plus = '\0';
		site->offset = strtoull(plus + 1, &end, 0);
	}
	if (!colon || colon == rest || !colon[1] || *end ||
	    (plus && (end == plus + 1 || site->kind == LINK_URETPROBE)))
		return error_say(-EINVAL, "cannot attach '%s': '%s' is no file and function", function->name,
				 function->section);
	*colon = '\0';
	site->name = rest;
	site->symbol = colon + 1;
	return 0;
}

static int attach_uprobe(struct cbcc *b, enum link_kind kind, const char *rest,
			 const struct compiled_function *function)
{
	struct uprobe_site site = { .kind = kind };
	char *copy = strdup(rest);
	int result = copy ? parse_uprobe(&site, copy, function)
			  : error_set(-ENOMEM, "cannot attach '%s'", function->name);

	if (!result)
		result = uprobe_attach(b, &site, function);
	free(copy);
	return result < 0 ? result : 0;
}

/* FILE:PATTERN */
static int attach_uprobes(struct cbcc *b, enum link_kind kind, const char *rest,
			  const struct compiled_function *function)
{
	const char *colon = find_colon(rest);
	char *name = colon ? strndup(rest, (size_t)(colon - rest)) : strdup("");
	char *regex = glob_to_regex(colon ? colon + 1 : "");
	int result;

	if (!name || !regex)
		result = error_set(-ENOMEM, "cannot attach '%s'", function->name);
	else if (!*name || !*regex)
		result = error_say(-EINVAL, "cannot attach '%s': '%s' is no file and pattern", function->name,
				   function->section);
	else
		result = uprobe_attach(b, &(struct uprobe_site){ .kind = kind, .name = name, .regex = regex },
				       function);
	free(name);
	free(regex);
	return result < 0 ? result : 0;
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
static const struct rule {
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
	{ "uprobe", LINK_UPROBE, attach_uprobe },
	{ "uprobe.s", LINK_SECTION, attach_section },
	{ "uretprobe", LINK_URETPROBE, attach_uprobe },
	{ "uretprobe.s", LINK_SECTION, attach_section },
	{ "uprobe.multi", LINK_UPROBE, attach_uprobes },
	{ "uprobe.multi.s", LINK_SECTION, attach_section },
	{ "uretprobe.multi", LINK_URETPROBE, attach_uprobes },
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

/* NULL: a kind of program that is only loaded. */
static const struct rule *find_rule(const char *section)
{
	size_t length = strcspn(section, "/");

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (strlen(rules[i].name) == length && strncmp(rules[i].name, section, length) == 0)
			return &rules[i];
	return NULL;
}

int section_attach(struct cbcc *b, const struct compiled_function *function)
{
	const char *section = function->section;
	const char *event = strchr(section, '/');
	const struct rule *rule = find_rule(section);

	if (*section == '?')
		return 0;
	if (!rule)
		return load_only(b, LINK_SECTION, section, function);
	if (rule->attach == leave)
		return leave(b, rule->kind, "", function);
	return event ? rule->attach(b, rule->kind, event + 1, function) : 0;
}

/* These are loaded for their event, which the section may leave to a call that attaches. */
static bool wants_target(const struct rule *rule)
{
	return rule->attach == kfunc_attach_exact || rule->attach == lsm_attach;
}

int section_load(struct cbcc *b, const struct compiled_function *function)
{
	const char *section = function->section;
	const struct rule *rule = find_rule(section);
	struct program *program;

	if (*section == '?')
		return 0;
	if (rule && rule->attach == leave)
		return leave(b, rule->kind, "", function);
	if (rule && wants_target(rule) && !strchr(section, '/'))
		return 0;
	if (rule && (rule->attach == attach_uprobe || rule->attach == attach_uprobes))
		return program_get(b, function, BPF_PROG_TYPE_KPROBE, &program);
	return program_get_by_section(b, function, &program);
}
