/* SPDX-License-Identifier: Apache-2.0 */
#include "links/tracing.h"

#include <errno.h>

#include "base/error.h"
#include "loader/libbpf_log.h"

/* The kernel's internal "not supported", which it lets out here. */
#define KERNEL_ENOTSUPP 524

static int explain(int err, const struct tracing_site *site, const struct compiled_function *function)
{
	const char *kind = link_kind_name(site->kind);

	if (err == -ESRCH)
		return error_say(-ENOENT,
				 "cannot attach '%s' to %s %s: the kernel's BTF has no function '%s'",
				 function->name, kind, site->event, site->target.function);
	if (err == -KERNEL_ENOTSUPP)
		return error_say(
			-EOPNOTSUPP,
			"cannot attach '%s' to %s %s: this kernel cannot attach programs to functions "
			"(CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS)",
			function->name, kind, site->event);
	return error_set(err, "cannot attach '%s' to %s %s", function->name, kind, site->event);
}

static int attach(struct cbcc *b, const struct tracing_site *site, struct link *link)
{
	struct program *program;
	int err = program_get_for(b, link->function, site->program_type, &site->target, &program);

	if (err)
		return err == -ESRCH || err == -KERNEL_ENOTSUPP ? explain(err, site, link->function) : err;
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	link->bpf = bpf_program__attach_trace(program->bpf);
	err = link->bpf ? 0 : -errno;
	libbpf_log_end();
	return err ? explain(err, site, link->function) : 0;
}

int tracing_attach(struct cbcc *b, const struct tracing_site *site, const struct compiled_function *function)
{
	struct link *link = link_create(site->kind, site->event, function);
	int err = link ? attach(b, site, link) : -ENOMEM;

	if (err)
		link_free(link);
	else
		link_add(b, link);
	return err;
}
