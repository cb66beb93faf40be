/* SPDX-License-Identifier: Apache-2.0 */
#include "list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cbcc.h"
#include "list_details.h"
#include "pattern.h"
#include "probes.h"
#include "text.h"

struct list {
	const struct options *options;
	char *regex;   /* that whole names match */
	const char *in; /* a file, for probes of user space; NULL: none */
	size_t found;
};

static void put_probe(struct list *list, const char *kind, const char *where, const char *name)
{
	char *probe = NULL;

	list->found++;
	if (asprintf(&probe, "%s:%s%s%s", kind, where, *where ? ":" : "", name) < 0)
		return;
	if (list->options->format == FORMAT_JSON) {
		fputs("{\"type\": \"probe\", \"probe\": ", stdout);
		text_put_json_string(stdout, probe);
		fputs("}\n", stdout);
	} else {
		text_put(stdout, probe, strlen(probe));
		fputc('\n', stdout);
	}
	free(probe);
}

static enum status put_names(struct list *list, const char *kind, struct cbcc_names *names,
			     void (*details)(const char *name))
{
	if (!names)
		return complain_library(STATUS_COMMAND);
	for (size_t i = 0; i < names->count; i++) {
		put_probe(list, kind, "", names->names[i]);
		if (details && list->options->verbose && list->options->format == FORMAT_TEXT)
			details(names->names[i]);
	}
	cbcc_names_free(names);
	return STATUS_OK;
}

static enum status list_kprobes(struct list *list)
{
	return put_names(list, "kprobe", cbcc_get_kprobe_functions(list->regex), NULL);
}

static enum status list_kretprobes(struct list *list)
{
	return put_names(list, "kretprobe", cbcc_get_kprobe_functions(list->regex), NULL);
}

static enum status list_tracepoints(struct list *list)
{
	return put_names(list, "tracepoint", cbcc_get_tracepoints(list->regex), list_tracepoint_fields);
}

/* The events, without their categories. Those of system calls are none: they are made of two others. */
static enum status list_raw_tracepoints(struct list *list)
{
	struct cbcc_names *names;
	char *regex = NULL;

	if (asprintf(&regex, "[^:]+:(%s)", list->regex) < 0)
		return complain("out of memory");
	names = cbcc_get_tracepoints(regex);
	free(regex);
	if (!names)
		return complain_library(STATUS_COMMAND);
	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->names[i];

		if (strncmp(name, "syscalls:", 9) != 0)
			put_probe(list, "rawtracepoint", "", strchr(name, ':') + 1);
	}
	cbcc_names_free(names);
	return STATUS_OK;
}

/* What programs of security hooks are attached to are functions of that prefix. */
static enum status list_lsm(struct list *list)
{
	static const char prefix[] = "bpf_lsm_";
	struct cbcc_names *names;
	char *regex = NULL;

	if (asprintf(&regex, "%s(%s)", prefix, list->regex) < 0)
		return complain("out of memory");
	names = cbcc_get_kprobe_functions(regex);
	free(regex);
	if (!names)
		return complain_library(STATUS_COMMAND);
	for (size_t i = 0; i < names->count; i++)
		put_probe(list, "lsm", "", names->names[i] + strlen(prefix));
	cbcc_names_free(names);
	return STATUS_OK;
}

static enum status list_user(struct list *list, const char *kind)
{
	struct cbcc_uprobe_opts opts = { .sz = sizeof opts, .pid = list->options->pid };
	struct cbcc_user_functions *functions;
	const char *last = "";

	if (!list->in)
		return complain("functions of which file? Write %s:FILE:PATTERN", kind);
	functions = cbcc_get_user_functions(list->in, list->regex, &opts);
	if (!functions)
		return complain_library(STATUS_COMMAND);
	for (size_t i = 0; i < functions->count; i++) {
		if (strcmp(functions->functions[i].name, last) != 0)
			put_probe(list, kind, list->in, functions->functions[i].name);
		last = functions->functions[i].name;
	}
	cbcc_user_functions_free(functions);
	return STATUS_OK;
}

static enum status list_uprobes(struct list *list)
{
	return list_user(list, "uprobe");
}

static enum status list_uretprobes(struct list *list)
{
	return list_user(list, "uretprobe");
}

static enum status list_usdt(struct list *list)
{
	struct cbcc_usdt *usdt;

	if (!list->in && !list->options->pid)
		return complain("USDT probes of which file? Write usdt:FILE, or usdt:'*' with -p PID");
	usdt = cbcc_usdt_new(list->options->pid, list->in);
	if (!usdt)
		return errno == ENOENT ? STATUS_OK : complain_library(STATUS_COMMAND);
	for (size_t i = 0; i < cbcc_usdt_num_probes(usdt); i++) {
		const struct cbcc_usdt_probe *probe = cbcc_usdt_get_probe(usdt, i);
		char *name = NULL;

		if (asprintf(&name, "%s:%s", probe->provider, probe->name) < 0)
			break;
		if (pattern_matches(list->regex, name) || pattern_matches(list->regex, probe->name)) {
			put_probe(list, "usdt", probe->bin_path, name);
			if (list->options->verbose && list->options->format == FORMAT_TEXT)
				list_usdt_arguments(probe);
		}
		free(name);
	}
	cbcc_usdt_free(usdt);
	return STATUS_OK;
}

static enum status list_counters(struct list *list, const char *kind, const struct counter *counters)
{
	for (; counters->name; counters++)
		if (pattern_matches(list->regex, counters->name))
			put_probe(list, kind, "", counters->name);
	return STATUS_OK;
}

static enum status list_software(struct list *list)
{
	return list_counters(list, "software", software_counters);
}

static enum status list_hardware(struct list *list)
{
	return list_counters(list, "hardware", hardware_counters);
}

static enum status list_syscalls(struct list *list)
{
	for (int number = 0; number < 2048; number++) {
		const char *name = cbcc_syscall_name(number);

		if (name && pattern_matches(list->regex, name))
			put_probe(list, "syscall", "", name);
	}
	return STATUS_OK;
}

static const struct {
	const char *name, *alias;
	enum status (*list)(struct list *list);
	bool everywhere; /* is looked at if no kind is given */
	bool has_file;
} kinds[] = {
	{ "kprobe", "k", list_kprobes, true, false },
	{ "kretprobe", "kr", list_kretprobes, false, false },
	{ "syscall", "sc", list_syscalls, false, false },
	{ "tracepoint", "t", list_tracepoints, true, false },
	{ "rawtracepoint", "rt", list_raw_tracepoints, false, false },
	{ "lsm", "lsm", list_lsm, false, false },
	{ "uprobe", "u", list_uprobes, false, true },
	{ "uretprobe", "ur", list_uretprobes, false, true },
	{ "usdt", "U", list_usdt, false, true },
	{ "software", "s", list_software, true, false },
	{ "hardware", "h", list_hardware, true, false },
};

#define NKINDS (sizeof kinds / sizeof *kinds)

static bool has_kind(const char *pattern, size_t kind)
{
	size_t length = strcspn(pattern, ":");

	return pattern[length] &&
	       ((strlen(kinds[kind].name) == length && strncmp(pattern, kinds[kind].name, length) == 0) ||
		(strlen(kinds[kind].alias) == length && strncmp(pattern, kinds[kind].alias, length) == 0));
}

/* Of one kind: "KIND:PATTERN", "KIND:FILE:PATTERN", or "KIND:FILE" for all in it. */
static enum status list_kind(struct list *list, size_t kind, const char *where)
{
	char *file = NULL;
	const char *pattern = where, *colon = strchr(where, ':');
	enum status status;

	if (kinds[kind].has_file && (colon || strcmp(where, "*") != 0)) {
		file = copy_text(where, colon ? (size_t)(colon - where) : strlen(where));
		pattern = colon && colon[1] ? colon + 1 : "*";
	}
	list->in = file && *file && strcmp(file, "*") != 0 ? file : NULL;
	list->regex = pattern_regex(*pattern ? pattern : "*");
	status = kinds[kind].list(list);
	free(file);
	return status;
}

/* Of every kind that the kernel has lists of. A word is looked for anywhere in the names. */
static enum status list_everywhere(struct list *list, const char *pattern)
{
	enum status status = STATUS_OK;
	char *wide = NULL;

	if (!pattern_is(pattern) && asprintf(&wide, "*%s*", pattern) < 0)
		return complain("out of memory");
	list->regex = pattern_regex(wide ? wide : pattern);
	for (size_t i = 0; i < NKINDS; i++) /* a kernel that hides its functions still has tracepoints */
		if (kinds[i].everywhere && kinds[i].list(list) != STATUS_OK)
			status = STATUS_COMMAND;
	free(wide);
	return status;
}

enum status list_probes(const struct options *options)
{
	struct list list = { .options = options };
	const char *pattern = *options->list ? options->list : "*";
	enum status status;
	size_t kind = 0;

	while (kind < NKINDS && !has_kind(pattern, kind))
		kind++;
	status = kind < NKINDS ? list_kind(&list, kind, strchr(pattern, ':') + 1) : list_everywhere(&list, pattern);
	free(list.regex);
	if (list.found)
		return STATUS_OK;
	if (!status)
		status = complain("no probe matches '%s'", options->list);
	return status;
}
