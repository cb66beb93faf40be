/* SPDX-License-Identifier: Apache-2.0 */
#include "links/uprobe_multi.h"

#include <errno.h>
#include <linux/version.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/release.h"
#include "loader/program.h"

/* Of the kernel's interface, which the headers at hand may be too old for. */
enum { UPROBE_MULTI = 48, RETURNS = 1 };

struct link_request {
	uint32_t program, unused, attach_type, flags;
	uint64_t path, offsets, counters, cookies;
	uint32_t count, multi_flags, pid, padding;
};

/* Before 6.10 a process was taken for its main thread. */
static bool is_possible(pid_t pid)
{
	return kernel_version_code() >= (pid ? KERNEL_VERSION(6, 10, 0) : KERNEL_VERSION(6, 6, 0));
}

int uprobe_multi_link(struct cbcc *b, struct link *link, const struct binary *binary, const uint64_t *offsets,
		      size_t count, pid_t pid)
{
	const struct program_target target = { .type = (enum bpf_attach_type)UPROBE_MULTI };
	struct link_request request = { .attach_type = UPROBE_MULTI,
					.count = (uint32_t)count,
					.pid = (uint32_t)pid };
	struct program *program;
	char path[32];
	int err;

	if (!is_possible(pid))
		return -EOPNOTSUPP;
	err = program_get_for(b, link->function, BPF_PROG_TYPE_KPROBE, &target, &program);
	if (err)
		return err;
	binary_kernel_path(binary, path);
	request.program = (uint32_t)bpf_program__fd(program->bpf);
	request.path = (uintptr_t)path;
	request.offsets = (uintptr_t)offsets;
	request.multi_flags = link->kind == LINK_URETPROBE ? RETURNS : 0;
	link->fd = (int)syscall(SYS_bpf, BPF_LINK_CREATE, &request, sizeof request);
	return link->fd < 0 ? -errno : 0;
}
