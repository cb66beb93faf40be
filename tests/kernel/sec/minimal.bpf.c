/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest program with a result: a tracepoint counts the system calls of one process. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

int calls = 0;

SEC("tp/syscalls/sys_enter_getpgid")
int handle_tp(void *ctx)
{
	int pid = bpf_get_current_pid_tgid() >> 32;

	if (pid != OUR_PID)
		return 0;

	calls++;
	return 0;
}

SEC("raw_tp")
int result(void *ctx)
{
	return calls;
}
