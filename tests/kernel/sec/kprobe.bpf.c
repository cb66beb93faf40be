/* SPDX-License-Identifier: Apache-2.0 */
/* A kernel function's arguments and its result. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

char first_letter;
int error;

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == OUR_PID;
}

SEC("kprobe/do_unlinkat")
int BPF_KPROBE(do_unlinkat, int dfd, struct filename *name)
{
	const char *filename;

	if (!is_ours())
		return 0;
	filename = BPF_CORE_READ(name, name);
	bpf_probe_read_kernel(&first_letter, 1, filename);
	return 0;
}

SEC("kretprobe/do_unlinkat")
int BPF_KRETPROBE(do_unlinkat_exit, long ret)
{
	if (is_ours())
		error = -ret;
	return 0;
}

SEC("raw_tp")
int result(void *ctx)
{
	return first_letter << 8 | error;
}
