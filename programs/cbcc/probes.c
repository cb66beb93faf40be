/* SPDX-License-Identifier: Apache-2.0 */
#include "probes.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const struct probe_kind probe_kinds[] = {
	{ "kprobe", "k", "FUNCTION[+OFFSET]", attach_kprobe },
	{ "kretprobe", "kr", "FUNCTION", attach_kretprobe },
	{ "syscall", "sc", "NAME", attach_syscall },
	{ "tracepoint", "t", "CATEGORY:EVENT", attach_tracepoint },
	{ "rawtracepoint", "rt", "EVENT", attach_raw_tracepoint },
	{ "uprobe", "u", "FILE:SYMBOL[+OFFSET]", attach_uprobe },
	{ "uretprobe", "ur", "FILE:SYMBOL", attach_uretprobe },
	{ "usdt", "U", "[FILE:][PROVIDER:]NAME", NULL }, /* before the text is compiled */
	{ "profile", "p", "hz:N (or s:, ms:, us:)", attach_profile },
	{ "interval", "i", "s:N (or hz:, ms:, us:)", attach_interval },
	{ "software", "s", "COUNTER[:PERIOD]", attach_software },
	{ "hardware", "h", "COUNTER[:PERIOD]", attach_hardware },
	{ "perf", "pe", "TYPE:CONFIG:PERIOD (or :Nhz)", attach_perf },
	{ "xdp", "x", "DEVICE[:generic|driver]", attach_xdp },
	{ "tc", "tc", "DEVICE:ingress|egress", attach_tc },
	{ "cgroup", "cg", "PATH:TYPE", attach_cgroup },
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
	const char *colon = strchr(text, ':'), *equals = strrchr(text, '='), *where = colon ? colon + 1 : text;

	*probe = (struct probe){ .kind = colon ? find_kind(text, (size_t)(colon - text)) : find_kind("kprobe", 6) };
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
