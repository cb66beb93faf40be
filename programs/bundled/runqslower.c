// SPDX-License-Identifier: Apache-2.0
/*
 * runqslower: threads that waited long for a processor.
 *
 * A line for every thread that could run and had to wait 10 ms or longer: how long, and who had the processor before it.
 *
 * usage: runqslower [MICROSECONDS]
 *
 * -D PID=N   only threads of process N
 *
 * examples:
 *   cbcc runqslower
 *   cbcc runqslower 1000
 *
 * cbcc: -D MIN_US=${1:-10000}
 */
#ifndef MIN_US
#define MIN_US 10000
#endif

struct event {
	u32 pid;
	u32 tid;
	char comm[TASK_COMM_LEN];
	u64 lat_us;
	u32 prev_tid;
	char prev_comm[TASK_COMM_LEN];
};

BPF_HASH(_since, u32);
BPF_RINGBUF_OUTPUT(events, 16);

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

static void submit(struct task_struct *task, struct task_struct *prev, u64 us)
{
	struct event *event = events.ringbuf_reserve(sizeof(*event));

	if (!event)
		return;
	event->pid = task->tgid;
	event->tid = task->pid;
	bpf_probe_read_kernel_str(event->comm, sizeof(event->comm), task->comm);
	event->lat_us = us;
	event->prev_tid = prev->pid;
	bpf_probe_read_kernel_str(event->prev_comm, sizeof(event->prev_comm), prev->comm);
	events.ringbuf_submit(event, 0);
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
	struct task_struct *prev = (struct task_struct *)ctx->args[1], *next = (struct task_struct *)ctx->args[2];
	bool preempted = ctx->args[0];
	u32 tid = next->pid;
	u64 *since, us;

	if (preempted || STATE(ctx) == 0)
		wait(prev);
	since = _since.lookup(&tid);
	if (!since)
		return 0;
	us = (bpf_ktime_get_ns() - *since) / 1000;
	_since.delete(&tid);
	if (us >= MIN_US)
		submit(next, prev, us);
	return 0;
}
