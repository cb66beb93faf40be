// SPDX-License-Identifier: Apache-2.0
/*
 * tcpstates: the states that TCP connections go through, and how long they stay in each.
 *
 * A line for every change of a state: the connection, both states, and the time spent in the old one, 0 if it was entered
 * before the start. PID is the process that was running then, not always the connection's.
 *
 * usage: tcpstates
 *
 * -D PORT=N   only with that port, here or there
 *
 * examples:
 *   cbcc tcpstates
 *   cbcc tcpstates -D PORT=443
 */
enum state {
	ESTABLISHED = 1, SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2, TIME_WAIT, CLOSE, CLOSE_WAIT, LAST_ACK, LISTEN, CLOSING,
	NEW_SYN_RECV
};

struct event {
	u32 pid;
	char comm[TASK_COMM_LEN];
	struct in6_addr laddr;
	u16 lport;
	struct in6_addr raddr;
	u16 rport;
	enum state old_state;
	enum state new_state;
	u64 us;
};

BPF_HASH(_since, const void *);
BPF_RINGBUF_OUTPUT(events, 64);

TRACEPOINT_PROBE(sock, inet_sock_set_state)
{
	const void *sk = args->skaddr;
	u64 now = bpf_ktime_get_ns(), *since;
	struct event *event;

	if (args->protocol != IPPROTO_TCP)
		return 0;
#ifdef PORT
	if (args->sport != PORT && args->dport != PORT)
		return 0;
#endif
	event = events.ringbuf_reserve(sizeof(*event));
	if (event) {
		since = _since.lookup(&sk);
		event->us = since ? (now - *since) / 1000 : 0;
		event->pid = bpf_get_current_pid_tgid() >> 32;
		bpf_get_current_comm(event->comm, sizeof(event->comm));
		__builtin_memcpy(&event->laddr, args->saddr_v6, sizeof(event->laddr));
		__builtin_memcpy(&event->raddr, args->daddr_v6, sizeof(event->raddr));
		event->lport = args->sport;
		event->rport = args->dport;
		event->old_state = args->oldstate;
		event->new_state = args->newstate;
		events.ringbuf_submit(event, 0);
	}
	if (args->newstate == TCP_CLOSE)
		_since.delete(&sk);
	else
		_since.update(&sk, &now);
	return 0;
}
