/* SPDX-License-Identifier: Apache-2.0 */
/* Loaded programs at kprobes, uprobes, tracepoints, and what BTF names. */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cbcc.h"
#include "complain.h"
#include "kernel/number_file.h"
#include "kernel/tracefs.h"
#include "libbcc.h"
#include "perf_events.h"
#include "usdt_sites.h"

#define KPROBE_UNIT "/sys/bus/event_source/devices/kprobe/"
#define UPROBE_UNIT "/sys/bus/event_source/devices/uprobe/"

static int open_event(struct perf_event_attr *attr, pid_t pid)
{
	int fd = (int)syscall(SYS_perf_event_open, attr, pid > 0 ? pid : -1, pid > 0 ? -1 : 0, -1,
			      PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Asks perf's unit for a probe: a descriptor, or a negative errno; -ENODEV: there is no such unit. */
static int open_probe(const char *type_file, const char *return_file, struct perf_event_attr *attr,
		      bool on_return, pid_t pid)
{
	int type = number_file_read(type_file, "%d"), bit = number_file_read(return_file, "config:%d");

	if (type < 0)
		return -ENODEV;
	attr->type = (uint32_t)type;
	attr->size = sizeof *attr;
	if (on_return)
		attr->config |= 1ull << (bit < 0 ? 0 : bit);
	return open_event(attr, pid);
}

/* ---- kprobes ---- */

/* "p_do_sys_open_bcc_123": as tracefs names what a process of BCC's has made. */
static char *event_name(const char *ev_name)
{
	char *event;

	return asprintf(&event, "%s_bcc_%d", ev_name, (int)getpid()) < 0 ? NULL : event;
}

static int write_definition(const char *definition)
{
	int fd = tracefs_open("kprobe_events", O_WRONLY | O_APPEND), err;

	if (fd < 0)
		return fd;
	err = write(fd, definition, strlen(definition)) < 0 ? -errno : 0;
	close(fd);
	return err;
}

static int define(const char *event, const char *function, uint64_t offset, bool on_return, int maxactive)
{
	char *definition, active[16] = "";
	int err;

	if (on_return && maxactive > 0)
		snprintf(active, sizeof active, "%d", maxactive);
	if (asprintf(&definition, "%c%s:kprobes/%s %s+%llu", on_return ? 'r' : 'p', active, event, function,
		     (unsigned long long)offset) < 0)
		return -ENOMEM;
	err = write_definition(definition);
	free(definition);
	return err;
}

static int open_defined(const char *event)
{
	int id = tracefs_event_id("kprobes", event);
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof attr,
		.config = (uint64_t)id,
		.sample_period = 1,
		.wakeup_events = 1,
	};

	return id < 0 ? id : open_event(&attr, -1);
}

static int open_in_tracefs(const char *ev_name, const char *function, uint64_t offset, bool on_return,
			   int maxactive)
{
	char *event = event_name(ev_name);
	int fd = event ? define(event, function, offset, on_return, maxactive) : -ENOMEM;

	if (!fd)
		fd = open_defined(event);
	free(event);
	return fd;
}

static int open_kprobe(const char *function, uint64_t offset, bool on_return)
{
	struct perf_event_attr attr = { .config1 = (uintptr_t)function, .config2 = offset };

	return open_probe(KPROBE_UNIT "type", KPROBE_UNIT "format/retprobe", &attr, on_return, -1);
}

int bpf_attach_kprobe(int progfd, enum bpf_probe_attach_type attach_type, const char *ev_name,
		      const char *fn_name, uint64_t fn_offset, int maxactive)
{
	bool on_return = attach_type == BPF_PROBE_RETURN;
	int fd = -ENODEV;

	if (maxactive <= 0)
		fd = open_kprobe(fn_name, fn_offset, on_return);
	if (fd == -ENODEV)
		fd = open_in_tracefs(ev_name, fn_name, fn_offset, on_return, maxactive);
	if (fd < 0)
		return failed_to(fd, "cannot attach %s, function %s", on_return ? "kretprobe" : "kprobe",
				 fn_name);
	return perf_event_run(fd, progfd);
}

int bpf_detach_kprobe(const char *ev_name)
{
	char *event = event_name(ev_name), *path = NULL, *definition = NULL;
	int fd = -1, err = -ENOMEM;

	if (event && asprintf(&path, "events/kprobes/%s/id", event) >= 0 &&
	    asprintf(&definition, "-:kprobes/%s", event) >= 0) {
		fd = tracefs_try_open(path, O_RDONLY);
		err = fd >= 0 ? write_definition(definition)
			      : 0; /* the others ended with their descriptors */
	}
	if (fd >= 0)
		close(fd);
	free(event);
	free(path);
	free(definition);
	return err ? failed_to(err, "cannot detach kprobe %s", ev_name) : 0;
}

/* ---- uprobes ---- */

/* A link gives the program the number by which it knows at which place of a probe it is. Takes the event. */
static int run_with_cookie(int fd, int progfd, uint64_t cookie)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .perf_event.bpf_cookie = cookie);
	int link = bpf_link_create(progfd, fd, BPF_PERF_EVENT, &opts), err = -errno;

	close(fd);
	return link < 0 ? failed_to(err, "attaching a program to a place of a USDT probe") : link;
}

static int open_uprobe(const char *path, uint64_t offset, uint64_t semaphore, bool on_return, pid_t pid)
{
	struct perf_event_attr attr = {
		.config = semaphore << 32, /* where perf's unit has it since it has it at all */
		.config1 = (uintptr_t)path,
		.config2 = offset,
	};

	return open_probe(UPROBE_UNIT "type", UPROBE_UNIT "format/retprobe", &attr, on_return, pid);
}

int bpf_attach_uprobe(int progfd, enum bpf_probe_attach_type attach_type, const char *ev_name,
		      const char *binary_path, uint64_t offset, pid_t pid)
{
	struct usdt_place place = { 0 };
	int fd;

	(void)ev_name;
	usdt_place_find(binary_path, offset, progfd, &place);
	fd = open_uprobe(binary_path, offset, place.semaphore_offset, attach_type == BPF_PROBE_RETURN, pid);
	if (fd < 0)
		return failed_to(fd, "cannot attach uprobe, %s+0x%llx", binary_path,
				 (unsigned long long)offset);
	return place.cookie ? run_with_cookie(fd, progfd, place.cookie) : perf_event_run(fd, progfd);
}

int bpf_detach_uprobe(const char *ev_name)
{
	(void)ev_name; /* it ended with its descriptor */
	return 0;
}

/* ---- tracepoints ---- */

int bpf_attach_tracepoint(int progfd, const char *tp_category, const char *tp_name)
{
	int id = tracefs_event_id(tp_category, tp_name), fd;
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof attr,
		.config = (uint64_t)id,
		.sample_period = 1,
		.wakeup_events = 1,
	};

	if (id < 0) {
		complain_last_error();
		return failed(id);
	}
	fd = open_event(&attr, -1);
	if (fd < 0)
		return failed_to(fd, "cannot attach to tracepoint %s:%s", tp_category, tp_name);
	return perf_event_run(fd, progfd);
}

int bpf_detach_tracepoint(const char *tp_category, const char *tp_name)
{
	(void)tp_category;
	(void)tp_name; /* it ended with its descriptor */
	return 0;
}

static int attach_raw(int progfd, const char *name, const char *what)
{
	int fd = bpf_raw_tracepoint_open(name, progfd);

	return fd < 0 ? failed_to(-errno, "bpf_attach_%s (%s)", what, name ? name : "by BTF") : fd;
}

int bpf_attach_raw_tracepoint(int progfd, const char *tp_name)
{
	return attach_raw(progfd, tp_name, "raw_tracepoint");
}

int bpf_attach_kfunc(int prog_fd)
{
	return attach_raw(prog_fd, NULL, "kfunc");
}

int bpf_attach_lsm(int prog_fd)
{
	return attach_raw(prog_fd, NULL, "lsm");
}

int bcc_iter_attach(int prog_fd, union bpf_iter_link_info *link_info, uint32_t link_info_len)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .iter_info = link_info, .iter_info_len = link_info_len);

	return bpf_link_create(prog_fd, 0, BPF_TRACE_ITER, &opts);
}

int bcc_iter_create(int link_fd)
{
	return bpf_iter_create(link_fd);
}
