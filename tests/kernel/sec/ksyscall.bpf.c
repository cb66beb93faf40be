/* SPDX-License-Identifier: Apache-2.0 */
/* A system call's arguments, wherever the architecture's calling convention puts them. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

int asked, answered;

SEC("ksyscall/getpgid")
int BPF_KSYSCALL(entry_probe, pid_t pid)
{
	if (bpf_get_current_pid_tgid() >> 32 == OUR_PID)
		asked = pid;
	return 0;
}

SEC("kretsyscall/getpgid")
int BPF_KRETPROBE(exit_probe, int ret)
{
	if (bpf_get_current_pid_tgid() >> 32 == OUR_PID)
		answered = -ret;
	return 0;
}

SEC("raw_tp")
int result(void *ctx)
{
	return asked << 8 | answered;
}
