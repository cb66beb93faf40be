// SPDX-License-Identifier: Apache-2.0
/*
 * cpudist: how long threads keep a processor, as a histogram.
 *
 * The time from when a thread gets a processor until it leaves it, in microseconds. Short times are of threads that often
 * wait, long ones of threads that compute.
 *
 * usage: cpudist [SECONDS]
 *
 * With SECONDS, the histogram of every such interval; else one at the end.
 *
 * -D PID=N       only threads of process N
 * -D PROCESSES   a histogram for each process
 *
 * examples:
 *   cbcc cpudist
 *   cbcc cpudist 1 -p 1234
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

static void leave(struct task_struct *task)
{
	u32 tid = task->pid;
	u64 *since = _since.lookup(&tid), us;

	if (!since)
		return;
	us = (bpf_ktime_get_ns() - *since) / 1000;
	_since.delete(&tid);
#ifdef PROCESSES
	struct slot slot = { .pid = task->tgid, .slot = bpf_log2l(us) };

	usecs.increment(slot);
#else
	usecs.increment(bpf_log2l(us));
#endif
}

static void come(struct task_struct *task)
{
	u32 tid = task->pid;
	u64 now = bpf_ktime_get_ns();

#ifdef PID
	if (task->tgid != PID)
		return;
#endif
	if (tid != 0) /* the idle task */
		_since.update(&tid, &now);
}

RAW_TRACEPOINT_PROBE(sched_switch)
{
	leave((struct task_struct *)ctx->args[1]);
	come((struct task_struct *)ctx->args[2]);
	return 0;
}
