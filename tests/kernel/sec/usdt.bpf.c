/* SPDX-License-Identifier: Apache-2.0 */
/* A probe that a user program has: its arguments. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

int sum, count;

SEC("usdt/" PROGRAM ":cbcctest:add")
int BPF_USDT(on_add, int a, int b)
{
	sum = a + b;
	count = bpf_usdt_arg_cnt(ctx);
	return 0;
}

SEC("raw_tp")
int result(void *ctx)
{
	return sum << 8 | count;
}
