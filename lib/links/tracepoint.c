/* SPDX-License-Identifier: Apache-2.0 */
#include "links/tracepoint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/tracefs.h"
#include "links/perf_event.h"
#include "loader/libbpf_log.h"
#include "loader/program.h"

int tracepoint_link(struct cbcc *b, struct link *link, const char *category, const char *event)
{
	struct program *program;
	int id = tracefs_event_id(category, event), err;

	if (id < 0)
		return id;
	err = program_get(b, link->function, BPF_PROG_TYPE_TRACEPOINT, &program);
	if (err)
		return err;
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	err = perf_event_attach(program->bpf, id, &link->bpf);
	libbpf_log_end();
	if (err)
		return error_set(err, "cannot attach '%s' to tracepoint %s:%s", link->function->name,
				 category, event);
	return 0;
}

static int attach(struct cbcc *b, const char *tp, char *category, char *event,
		  const struct compiled_function *function)
{
	struct link *link = link_create(LINK_TRACEPOINT, tp, function);
	int err = link ? tracepoint_link(b, link, category, event) : -ENOMEM;

	if (err)
		link_free(link);
	else
		link_add(b, link);
	return err;
}

int cbcc_attach_tracepoint(struct cbcc *b, const char *tp, const char *fn_name)
{
	const struct compiled_function *function;
	char *category, *colon;
	int err = handle_check(b, "cbcc_attach_tracepoint");

	if (err)
		return err;
	if (!tp || !fn_name || !strchr(tp, ':'))
		return error_say(-EINVAL, "cbcc_attach_tracepoint: '%s' is not of the form category:event",
				 tp ? tp : "NULL");
	function = handle_function(b, fn_name);
	if (!function)
		return -ENOENT;
	err = link_check(b, LINK_TRACEPOINT, tp, function);
	if (err)
		return err < 0 ? error_about(CBCC_ERROR_ATTACH, err) : 0;
	category = strdup(tp);
	if (!category)
		return error_set(-ENOMEM, "cannot attach '%s'", fn_name);
	colon = strchr(category, ':');
	*colon = '\0';
	err = attach(b, tp, category, colon + 1, function);
	free(category);
	return error_about(CBCC_ERROR_ATTACH, err);
}

/* The number attached to; the error of the last that failed stands if all did. */
static int attach_list(struct cbcc *b, const struct cbcc_names *names, const char *tp_re, const char *fn_name)
{
	int attached = 0, err = error_say(-ENOENT, "no tracepoint matches '%s'", tp_re);

	for (size_t i = 0; i < names->count; i++) {
		int one = cbcc_attach_tracepoint(b, names->names[i], fn_name);

		if (one == 0)
			attached++;
		else
			log_write(&b->log, CBCC_LOG_WARN, "%s", cbcc_last_error()), err = one;
	}
	return attached ? attached : err;
}

int cbcc_attach_tracepoints(struct cbcc *b, const char *tp_re, const char *fn_name)
{
	const struct compiled_function *function;
	struct cbcc_names *names;
	struct program *program;
	int err = link_arguments(b, "cbcc_attach_tracepoints", fn_name, &function);

	if (err)
		return err;
	names = cbcc_get_tracepoints(tp_re);
	if (!names)
		return error_about(CBCC_ERROR_ATTACH, -errno);
	/* What the verifier refuses, it is asked for once. */
	if (names->count)
		err = program_get(b, function, BPF_PROG_TYPE_TRACEPOINT, &program);
	if (!err)
		err = attach_list(b, names, tp_re, fn_name);
	cbcc_names_free(names);
	return error_about(CBCC_ERROR_ATTACH, err);
}

int cbcc_num_open_tracepoints(const struct cbcc *b)
{
	int n = handle_check(b, "cbcc_num_open_tracepoints");

	for (const struct link *link = n ? NULL : b->links; link; link = link->next)
		n += link->kind == LINK_TRACEPOINT;
	return n;
}

int cbcc_detach_tracepoint(struct cbcc *b, const char *tp)
{
	int err = handle_check(b, "cbcc_detach_tracepoint");

	if (err)
		return err;
	if (!tp)
		return error_say(-EINVAL, "cbcc_detach_tracepoint: the tracepoint is NULL");
	return links_detach(b, LINK_TRACEPOINT, tp, NULL);
}
