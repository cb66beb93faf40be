/* SPDX-License-Identifier: Apache-2.0 */
/* The same by BTF, where pointers are followed as in the kernel. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

char first_letter;
int error;

SEC("fentry/do_unlinkat")
int BPF_PROG(do_unlinkat, int dfd, struct filename *name)
{
	if (bpf_get_current_task_btf()->tgid == OUR_PID)
		bpf_probe_read_kernel(&first_letter, 1, name->name);
	return 0;
}

SEC("fexit/do_unlinkat")
int BPF_PROG(do_unlinkat_exit, int dfd, struct filename *name, long ret)
{
	if (bpf_get_current_task_btf()->tgid == OUR_PID)
		error = -ret;
	return 0;
}

SEC("raw_tp")
int result(void *ctx)
{
	return first_letter << 8 | error;
}
