/* SPDX-License-Identifier: Apache-2.0 */
#include "probes.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const struct probe_kind probe_kinds[] = {
	{ "kprobe", "k", "FUNCTION[+OFFSET]", attach_kprobe, false },
	{ "kretprobe", "kr", "FUNCTION", attach_kretprobe, false },
	{ "syscall", "sc", "NAME", attach_syscall, false },
	{ "tracepoint", "t", "CATEGORY:EVENT", attach_tracepoint, false },
	{ "rawtracepoint", "rt", "EVENT", attach_raw_tracepoint, false },
	{ "kfunc", "f", "FUNCTION", attach_kfunc, true },
	{ "kretfunc", "fr", "FUNCTION", attach_kretfunc, true },
	{ "fmod_ret", "fm", "FUNCTION", attach_fmod_ret, true },
	{ "lsm", "lsm", "HOOK", attach_lsm, true },
	{ "uprobe", "u", "FILE:SYMBOL[+OFFSET]", attach_uprobe, false },
	{ "uretprobe", "ur", "FILE:SYMBOL", attach_uretprobe, false },
	{ "usdt", "U", "[FILE:][PROVIDER:]NAME", NULL, false }, /* before the text is compiled */
	{ "profile", "p", "hz:N (or s:, ms:, us:)", attach_profile, false },
	{ "interval", "i", "s:N (or hz:, ms:, us:)", attach_interval, false },
	{ "software", "s", "COUNTER[:PERIOD]", attach_software, false },
	{ "hardware", "h", "COUNTER[:PERIOD]", attach_hardware, false },
	{ "perf", "pe", "TYPE:CONFIG:PERIOD (or :Nhz)", attach_perf, false },
	{ "xdp", "x", "DEVICE[:generic|driver]", attach_xdp, false },
	{ "tc", "tc", "DEVICE:ingress|egress", attach_tc, false },
	{ "cgroup", "cg", "PATH:TYPE", attach_cgroup, false },
	{ "iter", "it", "TARGET[:MAP]", attach_iterator, true },
	{ 0 },
};

static const struct probe_kind *find_kind(const char *name, size_t length)
{
	for (const struct probe_kind *kind = probe_kinds; kind->name; kind++)
		if ((strlen(kind->name) == length && strncmp(kind->name, name, length) == 0) ||
		    (strlen(kind->alias) == length && strncmp(kind->alias, name, length) == 0))
			return kind;
	return NULL;
}

static bool has_counter(const struct counter *counters, const char *text)
{
	size_t length = strcspn(text, ":=");

	for (; counters->name; counters++)
		if (strlen(counters->name) == length && strncmp(counters->name, text, length) == 0)
			return true;
	return false;
}

/* Without a kind: a counter by its name or numbers, or a kernel function. */
static const struct probe_kind *guess_kind(const char *text)
{
	if (has_counter(software_counters, text))
		return find_kind("software", strlen("software"));
	if (has_counter(hardware_counters, text))
		return find_kind("hardware", strlen("hardware"));
	if (isdigit((unsigned char)*text))
		return find_kind("perf", strlen("perf"));
	return strchr(text, ':') ? NULL : find_kind("kprobe", strlen("kprobe"));
}

static bool is_identifier(const char *text)
{
	if (!isalpha((unsigned char)*text) && *text != '_')
		return false;
	while (isalnum((unsigned char)*text) || *text == '_')
		text++;
	return !*text;
}

static void complain_of_kind(const char *text)
{
	complain("'%s' names no kind of probe; KIND:WHERE=FUNCTION is one of", text);
	for (const struct probe_kind *kind = probe_kinds; kind->name; kind++)
		fprintf(stderr, "  %s:%s\n", kind->name, kind->form);
}

enum status probe_parse(struct probe *probe, const char *text)
{
	const char *colon = strchr(text, ':'), *where = text, *equals = strrchr(text, '=');

	*probe = (struct probe){ .kind = colon ? find_kind(text, (size_t)(colon - text)) : NULL };
	if (probe->kind)
		where = colon + 1;
	else
		probe->kind = guess_kind(text);
	if (!probe->kind) {
		complain_of_kind(text);
		return STATUS_COMMAND;
	}
	if (equals && !is_identifier(equals + 1))
		return complain("%s: '%s' is no name of a function", text, equals + 1);
	probe->where = equals ? copy_text(where, (size_t)(equals - where)) : copy_text(where, strlen(where));
	probe->function = equals ? copy_text(equals + 1, strlen(equals + 1)) : NULL;
	if (!*probe->where)
		return complain("%s: a probe is written %s:%s", text, probe->kind->name, probe->kind->form);
	return STATUS_OK;
}

void probe_free(struct probe *probe)
{
	free(probe->where);
	free(probe->function);
}
