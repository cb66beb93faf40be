/* SPDX-License-Identifier: Apache-2.0 */
/* Loaded programs at uprobes, and at the places of USDT probes, which have semaphores and cookies. */
#include <bpf/bpf.h>
#include <errno.h>
#include <unistd.h>

#include "complain.h"
#include "libbcc.h"
#include "links/perf_probe.h"
#include "perf_events.h"
#include "usdt_sites.h"

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
