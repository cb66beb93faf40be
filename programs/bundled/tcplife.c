// SPDX-License-Identifier: Apache-2.0
/*
 * tcplife: TCP connections that have ended, how long they lasted and how much went through them.
 *
 * A line for every connection when it is closed, with the bytes of data received and sent. The process is the one that
 * opened it, or else the one that closed it. Connections from before the start are shown without their age.
 *
 * usage: tcplife
 *
 * -D PID=N    only process N
 * -D PORT=N   only with that port, here or there
 *
 * examples:
 *   cbcc tcplife
 *   cbcc tcplife -D PORT=443
 */
struct owner {
	u32 pid;
	char comm[TASK_COMM_LEN];
};

struct event {
	u32 pid;
	char comm[TASK_COMM_LEN];
	struct in6_addr laddr;
	u16 lport;
	struct in6_addr raddr;
	u16 rport;
	u64 rx_bytes;
	u64 tx_bytes;
	u64 age_ms;
};

BPF_HASH(_births, const void *);
BPF_HASH(_owners, const void *, struct owner);
BPF_RINGBUF_OUTPUT(events, 16);

static void get_owner(struct owner *owner)
{
	owner->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(owner->comm, sizeof(owner->comm));
}

static void fill(struct event *event, const struct tcp_sock *tp)
{
	const struct sock *sk = (const struct sock *)tp;

	/* The peer's end of the stream counts as a byte. */
	event->rx_bytes = tp->bytes_received - (sk->sk_flags >> SOCK_DONE & 1);
	event->tx_bytes = tp->bytes_sent - tp->bytes_retrans;
}

TRACEPOINT_PROBE(sock, inet_sock_set_state)
{
	const void *sk = args->skaddr;
	struct owner *owner, self = {};
	struct event *event;
	u64 now = bpf_ktime_get_ns(), *birth;

	if (args->protocol != IPPROTO_TCP)
		return 0;
	if (args->newstate == TCP_SYN_SENT || args->newstate == TCP_SYN_RECV || args->newstate == TCP_ESTABLISHED)
		_births.insert(&sk, &now);
	/* In these changes it is the process itself that runs: it connects, or closes. */
	if (args->newstate == TCP_SYN_SENT || args->newstate == TCP_FIN_WAIT1 || args->newstate == TCP_LAST_ACK) {
		get_owner(&self);
		_owners.insert(&sk, &self);
	}
	if (args->newstate != TCP_CLOSE || args->oldstate == TCP_LISTEN)
		return 0;
	birth = _births.lookup(&sk);
	owner = _owners.lookup(&sk);
	if (!owner) {
		get_owner(&self);
		owner = &self;
	}
#ifdef PID
	if (owner->pid != PID)
		goto end;
#endif
#ifdef PORT
	if (args->sport != PORT && args->dport != PORT)
		goto end;
#endif
	event = events.ringbuf_reserve(sizeof(*event));
	if (!event)
		goto end;
	event->pid = owner->pid;
	__builtin_memcpy(event->comm, owner->comm, sizeof(event->comm));
	__builtin_memcpy(&event->laddr, args->saddr_v6, sizeof(event->laddr));
	__builtin_memcpy(&event->raddr, args->daddr_v6, sizeof(event->raddr));
	event->lport = args->sport;
	event->rport = args->dport;
	fill(event, sk);
	event->age_ms = birth ? (now - *birth) / 1000000 : 0;
	events.ringbuf_submit(event, 0);
end:
	_births.delete(&sk);
	_owners.delete(&sk);
	return 0;
}
