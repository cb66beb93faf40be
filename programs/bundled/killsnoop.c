// SPDX-License-Identifier: Apache-2.0
/*
 * killsnoop: signals that processes send with kill(), tkill() and tgkill().
 *
 * A line for every call: who sent which signal to whom, and the result, 0 or a negative error. TARGET is as kill() takes it:
 * a negative one is a process group, and of tkill() and tgkill() it is a thread. The signal NONE only asks whether the
 * target is there.
 *
 * usage: killsnoop
 *
 * -D PID=N      only what process N sends
 * -D TARGET=N   only what is sent to N
 * -D FAILED     only what failed
 *
 * examples:
 *   cbcc killsnoop
 *   cbcc killsnoop -D TARGET=1234
 */
enum signal {
	NONE, HUP, INT, QUIT, ILL, TRAP, ABRT, BUS, FPE, KILL, USR1, SEGV, USR2, PIPE, ALRM, TERM, STKFLT, CHLD, CONT,
	STOP, TSTP, TTIN, TTOU, URG, XCPU, XFSZ, VTALRM, PROF, WINCH, IO, PWR, SYS
};

struct call {
	int target;
	int signal;
};

struct event {
	u32 pid;
	u32 uid;
	char comm[TASK_COMM_LEN];
	enum signal signal;
	int target;
	int ret;
};

BPF_HASH(_calls, u32, struct call);
BPF_RINGBUF_OUTPUT(events, 16);

static int begin(int target, int signal)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct call call = { .target = target, .signal = signal };

#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return 0;
#endif
#ifdef TARGET
	if (target != TARGET)
		return 0;
#endif
	_calls.update(&tid, &call);
	return 0;
}

static int end(long ret)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct call *call = _calls.lookup(&tid);
	struct event *event;

	if (!call)
		return 0;
#ifdef FAILED
	event = ret < 0 ? events.ringbuf_reserve(sizeof(*event)) : NULL;
#else
	event = events.ringbuf_reserve(sizeof(*event));
#endif
	if (event) {
		event->pid = bpf_get_current_pid_tgid() >> 32;
		event->uid = bpf_get_current_uid_gid();
		bpf_get_current_comm(event->comm, sizeof(event->comm));
		event->signal = call->signal;
		event->target = call->target;
		event->ret = ret;
		events.ringbuf_submit(event, 0);
	}
	_calls.delete(&tid);
	return 0;
}

TRACEPOINT_PROBE(syscalls, sys_enter_kill)
{
	return begin(args->pid, args->sig);
}

TRACEPOINT_PROBE(syscalls, sys_exit_kill)
{
	return end(args->ret);
}

TRACEPOINT_PROBE(syscalls, sys_enter_tkill)
{
	return begin(args->pid, args->sig);
}

TRACEPOINT_PROBE(syscalls, sys_exit_tkill)
{
	return end(args->ret);
}

TRACEPOINT_PROBE(syscalls, sys_enter_tgkill)
{
	return begin(args->pid, args->sig);
}

TRACEPOINT_PROBE(syscalls, sys_exit_tgkill)
{
	return end(args->ret);
}
