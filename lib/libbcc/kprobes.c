/* SPDX-License-Identifier: Apache-2.0 */
/* Loaded programs at kprobes. Each ends with its descriptor but those in tracefs, which bpf_detach_kprobe() removes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "complain.h"
#include "kernel/tracefs.h"
#include "kprobe_programs.h"
#include "libbcc.h"
#include "links/kprobe_events.h"
#include "links/perf_event.h"
#include "links/syscall_fallback.h"
#include "loader/program.h"
#include "module.h"
#include "perf_events.h"

/* "kprobes/p_do_sys_open_bcc_123": as tracefs names what a process of BCC's has made. */
static char *event_name(const char *ev_name)
{
	char *event;

	return asprintf(&event, "kprobes/%s_bcc_%d", ev_name, (int)getpid()) < 0 ? NULL : event;
}

/* The event, which is removed if that fails. */
static int attach_event(int progfd, const struct kprobe_site *site, const char *event)
{
	int err = kprobe_event_define(event, site->event, site->offset, site->kind == LINK_KRETPROBE,
				      site->maxactive);
	int id = err ? err : kprobe_event_id(event), fd;

	if (err)
		return err;
	fd = id < 0 ? id : perf_event_open_tracepoint(id);
	err = fd < 0 ? fd : perf_event_run(fd, progfd);
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	kprobe_event_remove(event);
	return err;
}

static int attach_by_tracefs(int progfd, const struct kprobe_site *site, const char *ev_name)
{
	char *event = event_name(ev_name);
	int fd = event ? attach_event(progfd, site, event) : -ENOMEM;

	free(event);
	return fd;
}

/* ---- kernels without kprobes ---- */

/* The function is loaded once more, as what a tracepoint takes. */
static int attach_tracepoint(struct cbcc *b, const struct compiled_function *function, const char *event)
{
	struct program *program;
	int err = program_get(b, function, BPF_PROG_TYPE_TRACEPOINT, &program), fd;

	if (err)
		return err;
	fd = tracefs_event_id("syscalls", event);
	if (fd >= 0)
		fd = perf_event_open_tracepoint(fd);
	err = fd < 0 ? fd : perf_event_run(fd, bpf_program__fd(program->bpf));
	programs_unload(b, function);
	if (err && fd >= 0)
		close(fd);
	return err ? error_set(err, "cannot attach '%s' to tracepoint syscalls:%s", function->name, event)
		   : fd;
}

static int attach_fallback(struct module *module, const struct compiled_function *function, const void *ctx)
{
	const struct kprobe_site *site = ctx;
	char *event;
	int fd = syscall_fallback_find(site, function, &event);

	if (fd < 0)
		return fd;
	fd = attach_tracepoint(module->b, function, event);
	if (fd >= 0)
		syscall_fallback_tell(module->b, site, function, event);
	free(event);
	return fd;
}

static int attach_without(int progfd, const struct kprobe_site *site)
{
	int fd = kprobe_program_use(progfd, attach_fallback, site);

	if (fd == -ESRCH)
		fd = error_say(-EOPNOTSUPP, "this kernel has no kprobes (CONFIG_KPROBES)");
	if (fd < 0)
		complain_last_error();
	return fd;
}

/* ---- the calls ---- */

static int attach(int progfd, const struct kprobe_site *site, const char *ev_name)
{
	int fd = kprobe_open_by_perf(site), err;

	if (fd == -ENODEV)
		return kprobes_exist() ? attach_by_tracefs(progfd, site, ev_name)
				       : attach_without(progfd, site);
	err = fd < 0 ? fd : perf_event_run(fd, progfd);
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

int bpf_attach_kprobe(int progfd, enum bpf_probe_attach_type attach_type, const char *ev_name,
		      const char *fn_name, uint64_t fn_offset, int maxactive)
{
	const struct kprobe_site site = {
		.kind = attach_type == BPF_PROBE_RETURN ? LINK_KRETPROBE : LINK_KPROBE,
		.event = fn_name,
		.offset = fn_offset,
		.maxactive = maxactive > 0 ? maxactive : 0,
	};
	int fd;

	if (!ev_name || !fn_name)
		return failed_to(-EINVAL, "cannot attach %s, no function", link_kind_name(site.kind));
	fd = attach(progfd, &site, ev_name);
	return fd < 0 ? failed_to(fd, "cannot attach %s, function %s", link_kind_name(site.kind), fn_name)
		      : fd;
}

static bool event_exists(const char *event)
{
	char *path;
	int fd;

	if (asprintf(&path, "events/%s/id", event) < 0)
		return true; /* removing it tells */
	fd = tracefs_try_open(path, O_RDONLY);
	if (fd >= 0)
		close(fd);
	free(path);
	return fd >= 0;
}

int bpf_detach_kprobe(const char *ev_name)
{
	char *event = event_name(ev_name);
	int err = event ? 0 : -ENOMEM;

	if (event && event_exists(event))
		err = kprobe_event_remove(event);
	free(event);
	return err ? failed_to(err, "cannot detach kprobe %s", ev_name) : 0;
}
