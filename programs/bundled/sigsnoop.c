// SPDX-License-Identifier: Apache-2.0
/*
 * sigsnoop: signals, whoever sends them.
 *
 * A line for every signal that is generated: by kill() and its kin, by the kernel (the end of a child, a fault, a timer), by a
 * terminal. PID is the process that was running then, RESULT what became of the signal.
 *
 * usage: sigsnoop
 *
 * -D PID=N      only from process N
 * -D TARGET=N   only to thread N
 * -D SIGNAL=N   only that signal, by its number
 *
 * examples:
 *   cbcc sigsnoop
 *   cbcc sigsnoop -D SIGNAL=9
 */
enum signal {
	NONE, HUP, INT, QUIT, ILL, TRAP, ABRT, BUS, FPE, KILL, USR1, SEGV, USR2, PIPE, ALRM, TERM, STKFLT, CHLD, CONT,
	STOP, TSTP, TTIN, TTOU, URG, XCPU, XFSZ, VTALRM, PROF, WINCH, IO, PWR, SYS
};

enum result { DELIVERED, IGNORED, PENDING_ALREADY, LOST, LOST_INFO };

struct event {
	u32 pid;
	char comm[TASK_COMM_LEN];
	enum signal signal;
	u32 target;
	char target_comm[TASK_COMM_LEN];
	enum result result;
};

BPF_RINGBUF_OUTPUT(events, 16);

TRACEPOINT_PROBE(signal, signal_generate)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct event *event;

#ifdef PID
	if (pid != PID)
		return 0;
#endif
#ifdef TARGET
	if (args->pid != TARGET)
		return 0;
#endif
#ifdef SIGNAL
	if (args->sig != SIGNAL)
		return 0;
#endif
	event = events.ringbuf_reserve(sizeof(*event));
	if (!event)
		return 0;
	event->pid = pid;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->signal = args->sig;
	event->target = args->pid;
	__builtin_memcpy(event->target_comm, args->comm, sizeof(event->target_comm));
	event->result = args->result;
	events.ringbuf_submit(event, 0);
	return 0;
}
