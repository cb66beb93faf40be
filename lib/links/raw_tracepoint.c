/* SPDX-License-Identifier: Apache-2.0 */
#include "links/raw_tracepoint.h"

#include <errno.h>

#include "base/error.h"
#include "loader/libbpf_log.h"
#include "loader/program.h"

static int attach(struct cbcc *b, struct link *link)
{
	struct program *program;
	int err = program_get(b, link->function, BPF_PROG_TYPE_RAW_TRACEPOINT, &program);

	if (err)
		return err;
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	link->bpf = bpf_program__attach_raw_tracepoint(program->bpf, link->event);
	err = link->bpf ? 0 : -errno;
	libbpf_log_end();
	if (err == -ENOENT)
		return error_say(err,
				 "cannot attach '%s' to raw tracepoint %s: the kernel has no such tracepoint",
				 link->function->name, link->event);
	return err ? error_set(err, "cannot attach '%s' to raw tracepoint %s", link->function->name,
			       link->event)
		   : 0;
}

int raw_tracepoint_attach(struct cbcc *b, enum link_kind kind, const char *event,
			  const struct compiled_function *function)
{
	struct link *link = link_create(kind, event, function);
	int err = link ? attach(b, link) : -ENOMEM;

	if (err)
		link_free(link);
	else
		link_add(b, link);
	return err;
}
