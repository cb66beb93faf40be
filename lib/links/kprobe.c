/* SPDX-License-Identifier: Apache-2.0 */
#include "links/kprobe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/opts.h"
#include "kernel/functions.h"
#include "kernel/syscalls.h"
#include "kernel/tracefs.h"
#include "links/kprobe_events.h"
#include "links/kprobe_multi.h"
#include "links/perf_event.h"
#include "links/perf_probe.h"
#include "links/syscall_fallback.h"
#include "loader/libbpf_log.h"
#include "loader/program.h"

bool kprobes_exist(void)
{
	int fd;

	if (perf_probe_exists(PERF_KPROBE))
		return true;
	fd = tracefs_open("kprobe_events", O_RDONLY);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int kprobe_open_by_perf(const struct kprobe_site *site)
{
	const struct perf_probe probe = {
		.target = site->event,
		.offset = site->offset,
		.returns = site->kind == LINK_KRETPROBE,
	};

	return site->maxactive > 0 ? -ENODEV : perf_probe_open(PERF_KPROBE, &probe);
}

static int attach_by_perf(const struct kprobe_site *site, int program_fd, struct link *link)
{
	int fd = kprobe_open_by_perf(site);
	int err = fd < 0 ? fd : link_add_fd(link, fd);

	return err ? err : perf_event_run(fd, program_fd);
}

static int attach_by_tracefs(const struct kprobe_site *site, struct bpf_program *bpf, struct link *link)
{
	int id, err = kprobe_event_create(site->event, site->offset, site->kind == LINK_KRETPROBE,
					  site->maxactive, &link->tracefs_event);

	if (err)
		return err;
	id = kprobe_event_id(link->tracefs_event);
	return id < 0 ? id : perf_event_attach(bpf, id, &link->bpf);
}

/* The kernel's errno says little: tell a name that does not exist from one that may not be probed. */
static int explain(int err, const struct kprobe_site *site, const struct compiled_function *function)
{
	const char *colon = strchr(site->event, ':'), *name = colon ? colon + 1 : site->event;

	if (err == -EPERM || err == -EACCES)
		return error_set(err, "cannot attach '%s' to %s %s (it takes root)", function->name,
				 link_kind_name(site->kind), site->event);
	if (function_blacklisted(name))
		return error_say(-EINVAL,
				 "cannot attach '%s' to %s %s: the kernel forbids probes in that function",
				 function->name, link_kind_name(site->kind), site->event);
	if (!function_exists(name))
		return error_say(-ENOENT, "cannot attach '%s' to %s %s: the kernel has no such function",
				 function->name, link_kind_name(site->kind), site->event);
	return error_set(err, "cannot attach '%s' to %s %s", function->name, link_kind_name(site->kind),
			 site->event);
}

static int attach_link(struct cbcc *b, const struct kprobe_site *site, struct link *link)
{
	struct program *program;
	bool by_perf = perf_probe_exists(PERF_KPROBE) && site->maxactive == 0;
	int err;

	if (!kprobes_exist())
		return syscall_fallback_link(b, site, link);
	err = program_get(b, link->function, BPF_PROG_TYPE_KPROBE, &program);
	if (err)
		return err;
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	err = by_perf ? attach_by_perf(site, bpf_program__fd(program->bpf), link)
		      : attach_by_tracefs(site, program->bpf, link);
	libbpf_log_end();
	return err ? explain(err, site, link->function) : 0;
}

int kprobe_attach(struct cbcc *b, const struct kprobe_site *site, const struct compiled_function *function)
{
	struct link *link;
	int err = link_check(b, site->kind, site->event, function);

	if (err)
		return err < 0 ? err : 0;
	link = link_create(site->kind, site->event, function);
	err = link ? attach_link(b, site, link) : -ENOMEM;
	if (err)
		link_free(link);
	else
		link_add(b, link);
	return err;
}

/* Leaves out what the function is attached to already; each is told to the log. */
static void leave_out_attached(struct cbcc *b, enum link_kind kind, const struct compiled_function *function,
			       struct function_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		int attached = link_check(b, kind, list->names[i], function);

		if (attached < 0)
			log_write(&b->log, CBCC_LOG_WARN, "%s", cbcc_last_error());
		if (attached)
			free(list->names[i]);
		else
			list->names[kept++] = list->names[i];
	}
	list->count = kept;
}

/* The number attached to; the error of the last that failed stands if all did. */
static int attach_one_by_one(struct cbcc *b, const struct kprobe_site *common,
			     const struct function_list *list, const struct compiled_function *function)
{
	struct kprobe_site site = *common;
	struct program *program;
	int attached = 0, err = 0;

	/* What the verifier refuses, it is asked for once. */
	if (perf_probe_exists(PERF_KPROBE))
		err = program_get(b, function, BPF_PROG_TYPE_KPROBE, &program);
	if (err)
		return err;
	for (size_t i = 0; i < list->count; i++) {
		int one;

		site.event = list->names[i];
		one = kprobe_attach(b, &site, function);
		if (one == 0)
			attached++;
		else
			log_write(&b->log, CBCC_LOG_WARN, "%s", cbcc_last_error()), err = one;
	}
	return attached ? attached : err;
}

/* All at once where the kernel can. */
static int attach_list(struct cbcc *b, const struct kprobe_site *common, const struct function_list *list,
		       const struct compiled_function *function)
{
	int err = -EOPNOTSUPP;

	if (list->count > 1 && !common->offset && !common->maxactive)
		err = kprobe_multi_attach(b, common->kind, list, function);
	if (err == -EOPNOTSUPP)
		return attach_one_by_one(b, common, list, function);
	return err ? err : (int)list->count;
}

static int attach_matches(struct cbcc *b, const struct kprobe_site *common, const char *event_re,
			  const struct compiled_function *function)
{
	struct function_list list;
	int err = functions_match(event_re, &list);

	if (err)
		return err;
	if (!list.count)
		return error_say(-ENOENT, "no kernel function that can be probed matches '%s'", event_re);
	leave_out_attached(b, common->kind, function, &list);
	err = list.count ? attach_list(b, common, &list, function)
			 : error_say(-EEXIST, "'%s' is already attached to all that matches '%s'",
				     function->name, event_re);
	function_list_free(&list);
	return err;
}

static int check_arguments(const char *event, const char *fn_name, const struct cbcc_kprobe_opts *opts,
			   enum link_kind kind)
{
	const char *name = link_kind_name(kind);

	if (!fn_name)
		return error_say(-EINVAL, "cbcc_attach_%s: the function's name is NULL", name);
	if (!event == !opts->event_re)
		return error_say(-EINVAL, "cbcc_attach_%s: give either an event or event_re", name);
	if (kind == LINK_KPROBE && opts->maxactive)
		return error_say(-EINVAL, "cbcc_attach_%s: maxactive is for kretprobes", name);
	if (kind == LINK_KRETPROBE && opts->offset)
		return error_say(-EINVAL, "cbcc_attach_%s: offset is for kprobes", name);
	if (opts->maxactive < 0)
		return error_say(-EINVAL, "cbcc_attach_%s: maxactive is negative", name);
	return 0;
}

static int attach(struct cbcc *b, enum link_kind kind, const char *event, const char *fn_name,
		  const struct cbcc_kprobe_opts *user_opts)
{
	const struct compiled_function *function;
	struct cbcc_kprobe_opts opts;
	struct kprobe_site site;
	int err = handle_check(b, "cbcc_attach_kprobe");

	if (!err)
		err = opts_copy(&opts, sizeof opts, user_opts, "cbcc_kprobe_opts");
	if (!err)
		err = check_arguments(event, fn_name, &opts, kind);
	if (err)
		return err;
	function = handle_function(b, fn_name);
	if (!function)
		return -ENOENT;
	site = (struct kprobe_site){ kind, event, opts.offset, opts.maxactive };
	err = opts.event_re ? attach_matches(b, &site, opts.event_re, function)
			    : kprobe_attach(b, &site, function);
	return error_about(CBCC_ERROR_ATTACH, err);
}

int cbcc_attach_kprobe(struct cbcc *b, const char *event, const char *fn_name)
{
	return attach(b, LINK_KPROBE, event, fn_name, NULL);
}

int cbcc_attach_kprobe_opts(struct cbcc *b, const char *event, const char *fn_name,
			    const struct cbcc_kprobe_opts *opts)
{
	return attach(b, LINK_KPROBE, event, fn_name, opts);
}

int cbcc_attach_kretprobe(struct cbcc *b, const char *event, const char *fn_name)
{
	return attach(b, LINK_KRETPROBE, event, fn_name, NULL);
}

int cbcc_attach_kretprobe_opts(struct cbcc *b, const char *event, const char *fn_name,
			       const struct cbcc_kprobe_opts *opts)
{
	return attach(b, LINK_KRETPROBE, event, fn_name, opts);
}

int kprobe_attach_syscall(struct cbcc *b, enum link_kind kind, const char *syscall,
			  const struct compiled_function *function)
{
	char *event;
	int err;

	if (asprintf(&event, "%s%s", syscall_prefix(), syscall) < 0)
		return error_set(-ENOMEM, "cannot attach '%s'", function->name);
	err = kprobe_attach(b, &(struct kprobe_site){ .kind = kind, .event = event }, function);
	free(event);
	return err;
}

static int detach(struct cbcc *b, enum link_kind kind, const char *event, const char *fn_name)
{
	int err = handle_check(b, "cbcc_detach_kprobe");

	if (err)
		return err;
	if (!event && !fn_name)
		return error_say(-EINVAL, "cbcc_detach_%s: both the event and the function are NULL",
				 link_kind_name(kind));
	for (struct link *link = event ? b->links : NULL; link && !err; link = link->next)
		if (link_is(link, kind, event, fn_name))
			err = kprobe_multi_leave(b, link);
	return err ? err : links_detach(b, kind, event, fn_name);
}

int cbcc_detach_kprobe(struct cbcc *b, const char *event, const char *fn_name)
{
	return detach(b, LINK_KPROBE, event, fn_name);
}

int cbcc_detach_kretprobe(struct cbcc *b, const char *event, const char *fn_name)
{
	return detach(b, LINK_KRETPROBE, event, fn_name);
}

int cbcc_num_open_kprobes(const struct cbcc *b)
{
	int n = handle_check(b, "cbcc_num_open_kprobes");

	for (const struct link *link = n ? NULL : b->links; link; link = link->next)
		n += link->kind == LINK_KPROBE || link->kind == LINK_KRETPROBE;
	return n;
}
