// SPDX-License-Identifier: Apache-2.0
/*
 * funccount: how often functions are called.
 *
 * usage: funccount FUNCTION [SECONDS]
 *
 * FUNCTION is one of the kernel's, or a pattern with "*" of many; or any other probe, as the command's option -a takes it:
 * then addresses are shown. With SECONDS, the counts of every such interval; else all at the end.
 *
 * -D PID=N   only calls of process N
 *
 * examples:
 *   cbcc funccount 'vfs_*'
 *   cbcc funccount tcp_sendmsg 1
 *
 * cbcc: --clear -a $1=count -i ${2:-0}
 */
struct key {
	void *function;
};

BPF_HASH(calls, struct key);

/* Since 5.15 the kernel tells the function; before, the breakpoint in its first instruction is known. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 15, 0)
#define FUNCTION(ctx) ((void *)bpf_get_func_ip(ctx))
#else
#define FUNCTION(ctx) ((void *)(PT_REGS_IP(ctx) - 1))
#endif

int count(struct pt_regs *ctx)
{
#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return 0;
#endif
	struct key key = { .function = FUNCTION(ctx) };

	calls.atomic_increment(key);
	return 0;
}
