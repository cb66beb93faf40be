// SPDX-License-Identifier: Apache-2.0
/*
 * offcputime: where threads wait, by their stacks, and for how long.
 *
 * Of every thread that leaves its processor, the stacks in the kernel and in its program, with the time until it runs again,
 * summed up in microseconds: what it waited for. --folded and --svg make flame graphs of it.
 *
 * usage: offcputime [SECONDS]
 *
 * Ends after SECONDS, if given.
 *
 * -D PID=N      only threads of process N
 * -D MIN_US=N   only waits of at least so many microseconds; 1 if not given
 * -D MAX_US=N   only waits that are not longer
 *
 * examples:
 *   cbcc offcputime 5 -p 1234
 *   cbcc offcputime -c 'du -s /usr' --svg waits.svg
 *
 * cbcc: -d ${1:-0}
 */
#ifndef MIN_US
#define MIN_US 1
#endif
#ifndef MAX_US
#define MAX_US ~0ull
#endif

struct where {
	u32 pid;
	char comm[TASK_COMM_LEN];
	int kernel_stack;
	int user_stack;
};

struct leave {
	u64 ns;
	struct where where;
};

/* On the kernel's stack: this program, what calls it, and the tracepoint. */
#define TRACEPOINT_FRAMES 3

BPF_STACK_TRACE(stacks, 16384);
BPF_HASH(_left, u32, struct leave);
BPF_HASH(usecs, struct where);

static void leave(void *ctx, struct task_struct *task)
{
	u32 tid = task->pid;
	struct leave leave = { .ns = bpf_ktime_get_ns() };

#ifdef PID
	if (task->tgid != PID)
		return;
#endif
	if (tid == 0)
		return;
	leave.where.pid = task->tgid;
	bpf_probe_read_kernel_str(leave.where.comm, sizeof(leave.where.comm), task->comm);
	leave.where.kernel_stack = stacks.get_stackid(ctx, TRACEPOINT_FRAMES);
	leave.where.user_stack = stacks.get_stackid(ctx, BPF_F_USER_STACK);
	_left.update(&tid, &leave);
}

static void come_back(struct task_struct *task)
{
	u32 tid = task->pid;
	struct leave *leave = _left.lookup(&tid);
	u64 us;

	if (!leave)
		return;
	us = (bpf_ktime_get_ns() - leave->ns) / 1000;
	if (us >= MIN_US && us <= MAX_US)
		usecs.atomic_increment(leave->where, us);
	_left.delete(&tid);
}

/* Runs on the stack of the thread that leaves. */
RAW_TRACEPOINT_PROBE(sched_switch)
{
	leave(ctx, (struct task_struct *)ctx->args[1]);
	come_back((struct task_struct *)ctx->args[2]);
	return 0;
}
