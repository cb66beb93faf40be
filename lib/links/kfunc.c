/* SPDX-License-Identifier: Apache-2.0 */
#include "links/kfunc.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>


static bool is_module(const char *name, size_t length)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof path, "/sys/kernel/btf/%.*s", (int)length, name) < (int)sizeof path &&
	       access(path, F_OK) == 0;
}

static enum bpf_attach_type attach_type(enum link_kind kind)
{
	switch (kind) {
	case LINK_KFUNC:
		return BPF_TRACE_FENTRY;
	case LINK_KRETFUNC:
		return BPF_TRACE_FEXIT;
	case LINK_FMOD_RET:
		return BPF_MODIFY_RETURN;
	default:
		return BPF_TRACE_RAW_TP;
	}
}

int kfunc_attach_exact(struct cbcc *b, enum link_kind kind, const char *name,
		       const struct compiled_function *function)
{
	struct tracing_site site = {
		.kind = kind,
		.event = name,
		.program_type = BPF_PROG_TYPE_TRACING,
		.target = { attach_type(kind), name },
	};

	return tracing_attach(b, &site, function);
}

/* Older programs name the function alone, and many a function has "__" in its name. */
static void split(const char *rest, struct tracing_site *site)
{
	const char *separator = strstr(rest, "__");

	site->event = rest;
	if (separator && separator > rest && is_module(rest, (size_t)(separator - rest))) {
		site->module = rest;
		site->module_length = (size_t)(separator - rest);
		site->event = separator + 2;
	}
	site->target.function = site->event;
}

struct tracing_site kfunc_site(enum link_kind kind, const char *rest)
{
	struct tracing_site site = {
		.kind = kind,
		.program_type = BPF_PROG_TYPE_TRACING,
		.target.type = attach_type(kind),
	};

	split(rest, &site);
	return site;
}

int kfunc_attach(struct cbcc *b, enum link_kind kind, const char *rest,
		 const struct compiled_function *function)
{
	struct tracing_site site = kfunc_site(kind, rest);

	return tracing_attach(b, &site, function);
}
