// SPDX-License-Identifier: Apache-2.0
/*
 * tcpretrans: TCP segments that are sent again.
 *
 * A line for every retransmission, with the connection and its state: packets that are lost, or hosts that do not answer.
 * The kernel sends them by its timers, so no process is shown.
 *
 * usage: tcpretrans
 *
 * -D PORT=N   only with that port, here or there
 *
 * examples:
 *   cbcc tcpretrans -T
 */
enum state {
	ESTABLISHED = 1, SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2, TIME_WAIT, CLOSE, CLOSE_WAIT, LAST_ACK, LISTEN, CLOSING,
	NEW_SYN_RECV
};

struct event {
	struct in6_addr laddr;
	u16 lport;
	struct in6_addr raddr;
	u16 rport;
	enum state state;
};

BPF_RINGBUF_OUTPUT(events, 16);

static int submit(const void *laddr, u16 lport, const void *raddr, u16 rport, enum state state)
{
	struct event *event;

#ifdef PORT
	if (lport != PORT && rport != PORT)
		return 0;
#endif
	event = events.ringbuf_reserve(sizeof(*event));
	if (!event)
		return 0;
	bpf_probe_read_kernel(&event->laddr, sizeof(event->laddr), laddr);
	bpf_probe_read_kernel(&event->raddr, sizeof(event->raddr), raddr);
	event->lport = lport;
	event->rport = rport;
	event->state = state;
	events.ringbuf_submit(event, 0);
	return 0;
}

TRACEPOINT_PROBE(tcp, tcp_retransmit_skb)
{
	return submit(args->saddr_v6, args->sport, args->daddr_v6, args->dport, args->state);
}

/* The answer to a caller whose own answer is missing. */
TRACEPOINT_PROBE(tcp, tcp_retransmit_synack)
{
	return submit(args->saddr_v6, args->sport, args->daddr_v6, args->dport, NEW_SYN_RECV);
}
