// SPDX-License-Identifier: Apache-2.0
/*
 * stackcount: who calls a function, by the stacks that lead to it.
 *
 * usage: stackcount PROBE [SECONDS]
 *
 * PROBE is a function of the kernel, or any probe as the command's option -a takes it: tracepoint:block:block_rq_issue,
 * uprobe:c:malloc. Ends after SECONDS, if given. --folded and --svg make flame graphs of it.
 *
 * -D PID=N   only calls of process N
 *
 * examples:
 *   cbcc stackcount submit_bio 5
 *   cbcc stackcount uprobe:c:malloc -p 1234 --svg malloc.svg
 *
 * cbcc: -a $1=count -d ${2:-0}
 */
struct where {
	u32 pid;
	char comm[TASK_COMM_LEN];
	int kernel_stack;
	int user_stack;
};

BPF_STACK_TRACE(stacks, 16384);
BPF_HASH(calls, struct where, u64, 40960);

int count(void *ctx)
{
	struct where where = { .pid = bpf_get_current_pid_tgid() >> 32 };

#ifdef PID
	if (where.pid != PID)
		return 0;
#endif
	bpf_get_current_comm(where.comm, sizeof(where.comm));
	where.kernel_stack = stacks.get_stackid(ctx, 0);
	where.user_stack = stacks.get_stackid(ctx, BPF_F_USER_STACK);
	calls.increment(where);
	return 0;
}
