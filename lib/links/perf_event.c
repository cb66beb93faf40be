/* SPDX-License-Identifier: Apache-2.0 */
#include "links/perf_event.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int perf_event_open(struct perf_event_attr *attr, pid_t pid, int cpu, int group_fd, unsigned long flags)
{
	int fd = (int)syscall(SYS_perf_event_open, attr, pid, cpu, group_fd, PERF_FLAG_FD_CLOEXEC | flags);

	return fd < 0 ? -errno : fd;
}

int perf_event_open_tracepoint(int id)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof attr,
		.config = (uint64_t)id,
	};

	return perf_event_open(&attr, -1, 0, -1, 0);
}

int perf_event_run(int fd, int program_fd)
{
	if (ioctl(fd, PERF_EVENT_IOC_SET_BPF, program_fd) != 0 || ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) != 0)
		return -errno;
	return 0;
}

int perf_event_attach(const struct bpf_program *program, int id, struct bpf_link **link)
{
	int fd = perf_event_open_tracepoint(id);

	if (fd < 0)
		return fd;
	*link = bpf_program__attach_perf_event(program, fd);
	if (!*link) {
		int err = -errno;

		close(fd);
		return err;
	}
	return 0;
}
