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
#include "links/perf_event.h"
#include "links/syscall_fallback.h"
#include "loader/libbpf_log.h"
#include "loader/program.h"

/* Perf makes kprobes since 4.17; those end with their file descriptor. */
static bool perf_has_kprobes(void)
{
	return access("/sys/bus/event_source/devices/kprobe/type", F_OK) == 0;
}

static bool tracefs_has_kprobes(void)
{
	int fd = tracefs_open("kprobe_events", O_RDONLY);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static int attach_by_perf(const struct kprobe_site *site, struct bpf_program *bpf, struct link *link)
{
	LIBBPF_OPTS(bpf_kprobe_opts, opts, .offset = site->offset, .retprobe = site->kind == LINK_KRETPROBE);

	link->bpf = bpf_program__attach_kprobe_opts(bpf, site->event, &opts);
	return link->bpf ? 0 : -errno;
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
	bool by_perf = perf_has_kprobes() && site->maxactive == 0;
	int err;

	if (!perf_has_kprobes() && !tracefs_has_kprobes())
		return syscall_fallback_link(b, site, link);
	err = program_get(b, link->function, BPF_PROG_TYPE_KPROBE, &program);
	if (err)
		return err;
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	err = (by_perf ? attach_by_perf : attach_by_tracefs)(site, program->bpf, link);
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

/* Attaches to every match; the error of the last that failed stands if all did. */
static int attach_matches(struct cbcc *b, const struct kprobe_site *common, const char *event_re,
			  const struct compiled_function *function)
{
	struct function_list list;
	struct kprobe_site site = *common;
	int attached = 0, err = functions_match(event_re, &list);

	if (err)
		return err;
	err = error_say(-ENOENT, "no kernel function that can be probed matches '%s'", event_re);
	for (size_t i = 0; i < list.count; i++) {
		int one;

		site.event = list.names[i];
		one = kprobe_attach(b, &site, function);
		if (one == 0)
			attached++;
		else
			log_write(&b->log, CBCC_LOG_WARN, "%s", cbcc_last_error()), err = one;
	}
	function_list_free(&list);
	return attached ? attached : err;
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
	return opts.event_re ? attach_matches(b, &site, opts.event_re, function)
			     : kprobe_attach(b, &site, function);
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
	if (!event)
		return error_say(-EINVAL, "cbcc_detach_%s: the event is NULL", link_kind_name(kind));
	return links_detach(b, kind, event, fn_name);
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
