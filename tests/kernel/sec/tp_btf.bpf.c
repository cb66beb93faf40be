/* SPDX-License-Identifier: Apache-2.0 */
/* A tracepoint by BTF: system calls, by number. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

int calls;

SEC("tp_btf/sys_enter")
int BPF_PROG(on_enter, struct pt_regs *regs, long id)
{
	if (bpf_get_current_pid_tgid() >> 32 == OUR_PID && id == OUR_SYSCALL)
		calls++;
	return 0;
}

SEC("raw_tp")
int result(void *ctx)
{
	return calls;
}
