/* SPDX-License-Identifier: Apache-2.0 */
/* A function whose result is changed before it runs: the security module's consent to tell a process group. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("fmod_ret/security_task_getpgid")
int BPF_PROG(refuse, struct task_struct *task, int ret)
{
	return bpf_get_current_pid_tgid() >> 32 == OUR_PID ? -EXDEV : ret;
}
