/* SPDX-License-Identifier: Apache-2.0 */
/* A security module's hook: refuses one question of one process. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

#define EPERM 1

SEC("lsm/task_getpgid")
int BPF_PROG(lsm_getpgid, struct task_struct *p, int ret)
{
	if (ret)
		return ret;
	if (bpf_get_current_pid_tgid() >> 32 == OUR_PID && p->tgid == OUR_PID)
		return -EPERM;
	return 0;
}
