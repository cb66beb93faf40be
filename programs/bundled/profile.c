// SPDX-License-Identifier: Apache-2.0
/*
 * profile: what the processors do, by samples of the stacks.
 *
 * 99 times a second, on every processor, the process that runs there and its stacks in the kernel and in its program; how
 * often each was met is printed at the end. --folded and --svg make flame graphs of it.
 *
 * usage: profile [SECONDS [HERTZ]]
 *
 * Ends after SECONDS, if given.
 *
 * -D PID=N   only process N
 * -D IDLE    idle processors, too
 *
 * examples:
 *   cbcc profile 10
 *   cbcc profile -p 1234 --svg flames.svg
 *   cbcc profile 5 999 -c 'make'
 *
 * cbcc: -d ${1:-0} --perf-event profile:hz:${2:-99}=sample
 */
struct where {
	u32 pid;
	char comm[TASK_COMM_LEN];
	int kernel_stack;
	int user_stack;
};

BPF_STACK_TRACE(stacks, 16384);
BPF_HASH(samples, struct where, u64, 40960);

int sample(struct bpf_perf_event_data *ctx)
{
	struct where where = { .pid = bpf_get_current_pid_tgid() >> 32 };

#ifdef PID
	if (where.pid != PID)
		return 0;
#endif
#ifndef IDLE
	if (where.pid == 0)
		return 0;
#endif
	bpf_get_current_comm(where.comm, sizeof(where.comm));
	where.kernel_stack = stacks.get_stackid(ctx, 0);
	where.user_stack = stacks.get_stackid(ctx, BPF_F_USER_STACK);
	samples.increment(where);
	return 0;
}
