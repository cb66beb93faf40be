// SPDX-License-Identifier: Apache-2.0
/*
 * tcpconnect: TCP connections that are opened from here.
 *
 * A line for every connect(), whether it succeeds or not: the process, its address, and whom it calls.
 *
 * usage: tcpconnect
 *
 * -D PID=N    only process N
 * -D PORT=N   only to that port
 *
 * examples:
 *   cbcc tcpconnect
 *   cbcc tcpconnect -D PORT=443
 */
struct event {
	u32 pid;
	u32 uid;
	char comm[TASK_COMM_LEN];
	struct in6_addr saddr;
	struct in6_addr daddr;
	u16 dport;
};

BPF_RINGBUF_OUTPUT(events, 16);

/* connect() changes the state in the process itself. */
TRACEPOINT_PROBE(sock, inet_sock_set_state)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct event *event;

	if (args->protocol != IPPROTO_TCP || args->oldstate != TCP_CLOSE || args->newstate != TCP_SYN_SENT)
		return 0;
#ifdef PID
	if (pid != PID)
		return 0;
#endif
#ifdef PORT
	if (args->dport != PORT)
		return 0;
#endif
	event = events.ringbuf_reserve(sizeof(*event));
	if (!event)
		return 0;
	event->pid = pid;
	event->uid = bpf_get_current_uid_gid();
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	__builtin_memcpy(&event->saddr, args->saddr_v6, sizeof(event->saddr));
	__builtin_memcpy(&event->daddr, args->daddr_v6, sizeof(event->daddr));
	event->dport = args->dport;
	events.ringbuf_submit(event, 0);
	return 0;
}
