/* SPDX-License-Identifier: Apache-2.0 */
#include "links/perf_event.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

int perf_event_attach(const struct bpf_program *program, int id, struct bpf_link **link)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof attr,
		.config = id,
	};
	int fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return -errno;
	*link = bpf_program__attach_perf_event(program, fd);
	if (!*link) {
		int err = -errno;

		close(fd);
		return err;
	}
	return 0;
}
