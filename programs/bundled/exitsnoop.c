// SPDX-License-Identifier: Apache-2.0
/*
 * exitsnoop: processes that end, and why.
 *
 * A line for every process when its last thread has ended: how long it lived, the status it gave to exit(), and the
 * signal that ended it, if one did.
 *
 * usage: exitsnoop
 *
 * -D PID=N     only process N
 * -D FAILED    only status other than 0, or a signal
 * -D THREADS   threads, too: TID tells them apart
 *
 * examples:
 *   cbcc exitsnoop
 *   cbcc exitsnoop -D FAILED
 *   cbcc exitsnoop -c 'sh -c "exit 3"'
 */
enum signal {
	NONE, HUP, INT, QUIT, ILL, TRAP, ABRT, BUS, FPE, KILL, USR1, SEGV, USR2, PIPE, ALRM, TERM, STKFLT, CHLD, CONT,
	STOP, TSTP, TTIN, TTOU, URG, XCPU, XFSZ, VTALRM, PROF, WINCH, IO, PWR, SYS
};

struct event {
	u32 pid;
	u32 tid;
	u32 ppid;
	char comm[TASK_COMM_LEN];
	u64 age_ms;
	u32 status;
	enum signal signal;
};

BPF_RINGBUF_OUTPUT(events, 16);

TRACEPOINT_PROBE(sched, sched_process_exit)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	u64 id = bpf_get_current_pid_tgid(), now = bpf_ktime_get_ns(), start;
	struct event *event;
	int code = task->exit_code;

#ifdef PID
	if (id >> 32 != PID)
		return 0;
#endif
#ifdef FAILED
	if (code == 0)
		return 0;
#endif
#ifdef THREADS
	start = task->start_time;
#else
	if (task->signal->live.counter != 0)
		return 0;
	start = task->group_leader->start_time;
#endif
	event = events.ringbuf_reserve(sizeof(*event));
	if (!event)
		return 0;
	event->pid = id >> 32;
	event->tid = id;
	event->ppid = task->real_parent->tgid;
	event->age_ms = (now - start) / 1000000;
	event->status = code >> 8 & 0xff;
	event->signal = code & 0x7f;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	events.ringbuf_submit(event, 0);
	return 0;
}
