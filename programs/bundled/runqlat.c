// SPDX-License-Identifier: Apache-2.0
/*
 * runqlat: how long threads that can run wait for a processor, as a histogram.
 *
 * The time from a thread's wakeup, or from when it was preempted, until it runs, in microseconds: what a busy machine
 * costs its programs.
 *
 * usage: runqlat [SECONDS]
 *
 * With SECONDS, the histogram of every such interval; else one at the end.
 *
 * -D PID=N       only threads of process N
 * -D PROCESSES   a histogram for each process
 *
 * examples:
 *   cbcc runqlat
 *   cbcc runqlat 1 -p 1234
 *
 * cbcc: --clear -i ${1:-0}
 */
BPF_HASH(_since, u32);

#ifdef PROCESSES
struct slot {
	u32 pid;
	u32 slot;
};

BPF_HISTOGRAM(usecs, struct slot);
#else
BPF_HISTOGRAM(usecs);
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
#define STATE(ctx) ((u32)(ctx)->args[3]) /* by now others may have woken it */
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
#define STATE(ctx) (((struct task_struct *)(ctx)->args[1])->__state)
#else
#define STATE(ctx) (((struct task_struct *)(ctx)->args[1])->state)
#endif

static int wait(struct task_struct *task)
{
	u32 tid = task->pid;
	u64 now;

#ifdef PID
	if (task->tgid != PID)
		return 0;
#endif
	if (tid == 0) /* the idle task waits for nothing */
		return 0;
	now = bpf_ktime_get_ns();
	_since.update(&tid, &now);
	return 0;
}

static int run(struct task_struct *task)
{
	u32 tid = task->pid;
	u64 *since = _since.lookup(&tid), us;

	if (!since)
		return 0;
	us = (bpf_ktime_get_ns() - *since) / 1000;
	_since.delete(&tid);
#ifdef PROCESSES
	struct slot slot = { .pid = task->tgid, .slot = bpf_log2l(us) };

	usecs.increment(slot);
#else
	usecs.increment(bpf_log2l(us));
#endif
	return 0;
}

RAW_TRACEPOINT_PROBE(sched_wakeup)
{
	return wait((struct task_struct *)ctx->args[0]);
}

RAW_TRACEPOINT_PROBE(sched_wakeup_new)
{
	return wait((struct task_struct *)ctx->args[0]);
}

RAW_TRACEPOINT_PROBE(sched_switch)
{
	bool preempted = ctx->args[0];

	if (preempted || STATE(ctx) == 0)
		wait((struct task_struct *)ctx->args[1]);
	return run((struct task_struct *)ctx->args[2]);
}
