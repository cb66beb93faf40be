/* SPDX-License-Identifier: Apache-2.0 */
/* Loaded programs at tracepoints, and at what BTF names, which the kernel attaches as it does raw tracepoints. */
#include <bpf/bpf.h>
#include <errno.h>

#include "complain.h"
#include "kernel/tracefs.h"
#include "libbcc.h"
#include "links/perf_event.h"
#include "perf_events.h"

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
