// SPDX-License-Identifier: Apache-2.0
/*
 * funclatency: how long functions take, as a histogram.
 *
 * The time from a call of the function to its return, in nanoseconds, with what it calls and with the time it waits.
 *
 * usage: funclatency FUNCTION [SECONDS]
 *
 * FUNCTION is one of the kernel's. With SECONDS, the histogram of every such interval; else one at the end.
 *
 * -D PID=N   only calls of process N
 *
 * examples:
 *   cbcc funclatency vfs_read
 *   cbcc funclatency do_nanosleep 1 -p 1234
 *
 * cbcc: --clear -k $1=on_entry -r $1=on_return -i ${2:-0}
 */
BPF_HASH(_starts, u32);
BPF_HISTOGRAM(nsecs);

int on_entry(struct pt_regs *ctx)
{
	u32 tid = bpf_get_current_pid_tgid();
	u64 now = bpf_ktime_get_ns();

#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return 0;
#endif
	_starts.update(&tid, &now);
	return 0;
}

int on_return(struct pt_regs *ctx)
{
	u32 tid = bpf_get_current_pid_tgid();
	u64 *start = _starts.lookup(&tid);

	if (!start)
		return 0;
	nsecs.increment(bpf_log2l(bpf_ktime_get_ns() - *start));
	_starts.delete(&tid);
	return 0;
}
