/* SPDX-License-Identifier: Apache-2.0 */
/* Programs at perf events, and counters for programs to read. */
#include <errno.h>
#include <limits.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "complain.h"
#include "libbcc.h"
#include "links/perf_event.h"
#include "perf_events.h"

int run_at_event(int fd, int progfd)
{
	int err = perf_event_run(fd, progfd);

	if (!err)
		return fd;
	close(fd);
	return failed_to(err, "attaching a program to a perf event");
}

int bpf_attach_perf_event_raw(int progfd, void *perf_event_attr, pid_t pid, int cpu, int group_fd,
			      unsigned long extra_flags)
{
	int fd = perf_event_open(perf_event_attr, pid, cpu, group_fd, extra_flags);

	return fd < 0 ? failed_to(fd, "perf_event_open failed") : run_at_event(fd, progfd);
}

static bool is_counted(uint32_t type)
{
	return type == PERF_TYPE_HARDWARE || type == PERF_TYPE_SOFTWARE || type == PERF_TYPE_HW_CACHE ||
	       type == PERF_TYPE_RAW || type > PERF_TYPE_BREAKPOINT;
}

int bpf_attach_perf_event(int progfd, uint32_t ev_type, uint32_t ev_config, uint64_t sample_period,
			  uint64_t sample_freq, pid_t pid, int cpu, int group_fd)
{
	struct perf_event_attr attr = {
		.type = ev_type,
		.size = sizeof attr,
		.config = ev_config,
		.inherit = pid > 0,
		.freq = sample_freq > 0,
	};

	if (!is_counted(ev_type))
		return failed_to(-EINVAL, "perf events of type %u cannot be attached to", ev_type);
	if (!sample_period == !sample_freq) {
		complain("Exactly one of sample_period / sample_freq should be set");
		return failed(-EINVAL);
	}
	if (sample_freq)
		attr.sample_freq = sample_freq;
	else
		attr.sample_period = sample_period;
	return bpf_attach_perf_event_raw(progfd, &attr, pid, cpu, group_fd, 0);
}

int bpf_open_perf_event(uint32_t type, uint64_t config, int pid, int cpu)
{
	struct perf_event_attr attr = {
		.type = type,
		.size = sizeof attr,
		.config = config,
		.sample_period = LONG_MAX,
	};
	int fd = perf_event_open(&attr, pid, cpu, -1, 0), err;

	if (fd < 0)
		return failed_to(fd, "opening a perf event of type %u, config %llu", type,
				 (unsigned long long)config);
	if (ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) == 0)
		return fd;
	err = -errno;
	close(fd);
	return failed_to(err, "enabling a perf event");
}

/* What it is given may be a link, which cannot be disabled and need not. */
int bpf_close_perf_event_fd(int fd)
{
	int err = 0;

	if (fd < 0)
		return 0;
	if (ioctl(fd, PERF_EVENT_IOC_DISABLE, 0) != 0 && errno != ENOTTY)
		err = -errno;
	if (close(fd) != 0)
		err = -errno;
	return err ? failed_to(err, "closing a perf event") : 0;
}
