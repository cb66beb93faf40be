/* SPDX-License-Identifier: Apache-2.0 */
#include "links/kprobe_perf.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/number_file.h"

#define UNIT "/sys/bus/event_source/devices/kprobe/"

/* How perf_event_open(2) is asked for a kprobe, which the kernel tells in sysfs; read once. */
static struct {
	int type; /* -1: it cannot be asked */
	int return_bit;
} unit;

static void read_unit(void)
{
	unit.type = number_file_read(UNIT "type", "%d");
	unit.return_bit = number_file_read(UNIT "format/retprobe", "config:%d");
	if (unit.return_bit < 0)
		unit.return_bit = 0;
}

bool kprobe_perf_exists(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, read_unit);
	return unit.type >= 0;
}

int kprobe_perf_attach(const struct kprobe_site *site, int program_fd, struct link *link)
{
	struct perf_event_attr attr = {
		.type = (uint32_t)unit.type,
		.size = sizeof attr,
		.config = site->kind == LINK_KRETPROBE ? 1ull << unit.return_bit : 0,
		.config1 = (uintptr_t)site->event,
		.config2 = site->offset,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	int err = fd < 0 ? -errno : link_add_fd(link, fd);

	if (!err &&
	    (ioctl(fd, PERF_EVENT_IOC_SET_BPF, program_fd) != 0 || ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) != 0))
		err = -errno;
	return err;
}
