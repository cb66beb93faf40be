/* SPDX-License-Identifier: Apache-2.0 */
/* Loaded programs at uprobes, tracepoints, and what BTF names. */
#include <bpf/bpf.h>
#include <errno.h>
#include <unistd.h>

#include "complain.h"
#include "kernel/tracefs.h"
#include "libbcc.h"
#include "links/perf_event.h"
#include "links/perf_probe.h"
#include "perf_events.h"
#include "usdt_sites.h"

/* ---- uprobes ---- */

/* A link gives the program the number by which it knows at which place of a probe it is. Takes the event. */
static int run_with_cookie(int fd, int progfd, uint64_t cookie)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .perf_event.bpf_cookie = cookie);
	int link = bpf_link_create(progfd, fd, BPF_PERF_EVENT, &opts), err = -errno;

	close(fd);
	return link < 0 ? failed_to(err, "attaching a program to a place of a USDT probe") : link;
}

int bpf_attach_uprobe(int progfd, enum bpf_probe_attach_type attach_type, const char *ev_name,
		      const char *binary_path, uint64_t offset, pid_t pid)
{
	struct usdt_place place = { 0 };
	struct perf_probe probe = {
		.target = binary_path,
		.offset = offset,
		.returns = attach_type == BPF_PROBE_RETURN,
		.pid = pid,
	};
	int fd;

	(void)ev_name;
	if (!binary_path)
		return failed_to(-EINVAL, "cannot attach uprobe, no file");
	usdt_place_find(binary_path, offset, progfd, &place);
	probe.ref_ctr_offset = place.semaphore_offset;
	fd = perf_probe_open(PERF_UPROBE, &probe);
	if (fd < 0)
		return failed_to(fd, "cannot attach uprobe, %s+0x%llx", binary_path,
				 (unsigned long long)offset);
	return place.cookie ? run_with_cookie(fd, progfd, place.cookie) : run_at_event(fd, progfd);
}

int bpf_detach_uprobe(const char *ev_name)
{
	(void)ev_name; /* it ended with its descriptor */
	return 0;
}

/* ---- tracepoints ---- */

int bpf_attach_tracepoint(int progfd, const char *tp_category, const char *tp_name)
{
	int id, fd;

	if (!tp_category || !tp_name)
		return failed_to(-EINVAL, "cannot attach to a tracepoint without a name");
	id = tracefs_event_id(tp_category, tp_name);
	if (id < 0) {
		complain_last_error();
		return failed(id);
	}
	fd = perf_event_open_tracepoint(id);
	if (fd < 0)
		return failed_to(fd, "cannot attach to tracepoint %s:%s", tp_category, tp_name);
	return run_at_event(fd, progfd);
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
