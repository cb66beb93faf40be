/* SPDX-License-Identifier: Apache-2.0 */
/* A function of a user program: its arguments and its result. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

int difference, sum;

SEC("uprobe/" PROGRAM ":uprobed_add")
int BPF_KPROBE(uprobe_add, int a, int b)
{
	difference = a - b;
	return 0;
}

SEC("uretprobe/" PROGRAM ":uprobed_add")
int BPF_KRETPROBE(uretprobe_add, int ret)
{
	sum = ret;
	return 0;
}

SEC("raw_tp")
int result(void *ctx)
{
	return sum << 8 | difference;
}
