// SPDX-License-Identifier: Apache-2.0
/*
 * tcptop: the connections that move most data by TCP.
 *
 * Of every process and connection, the bytes that it has handed over to be sent and those it has received, in the order of
 * their sum.
 *
 * usage: tcptop [SECONDS]
 *
 * Of every SECONDS, 1 if not given. Needs a kernel with kprobes.
 *
 * -D PID=N    only process N
 * -D PORT=N   only with that port, here or there
 *
 * examples:
 *   cbcc tcptop
 *   cbcc tcptop 5 --top 10
 *
 * cbcc: --clear -i ${1:-1}
 */
struct connection {
	u32 pid;
	char comm[TASK_COMM_LEN];
	struct in6_addr laddr;
	u32 lport; /* wide, for there to be no padding: it would be part of the key */
	struct in6_addr raddr;
	u32 rport;
};

struct bytes {
	u64 bytes;
	u64 rx_bytes;
	u64 tx_bytes;
};

BPF_HASH(connections, struct connection, struct bytes);

static void map_v4(struct in6_addr *to, u32 address)
{
	to->s6_addr32[2] = bpf_htonl(0xffff);
	to->s6_addr32[3] = address;
}

static int count(struct sock *sk, u64 rx, u64 tx)
{
	struct connection connection = {};
	struct bytes none = {}, *bytes;

#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return 0;
#endif
	connection.pid = bpf_get_current_pid_tgid() >> 32;
	connection.lport = sk->sk_num;
	connection.rport = bpf_ntohs(sk->sk_dport);
#ifdef PORT
	if (connection.lport != PORT && connection.rport != PORT)
		return 0;
#endif
	bpf_get_current_comm(connection.comm, sizeof(connection.comm));
	if (sk->sk_family == AF_INET) {
		map_v4(&connection.laddr, sk->sk_rcv_saddr);
		map_v4(&connection.raddr, sk->sk_daddr);
	} else {
		connection.laddr = sk->sk_v6_rcv_saddr;
		connection.raddr = sk->sk_v6_daddr;
	}
	bytes = connections.lookup_or_try_init(&connection, &none);
	if (!bytes)
		return 0;
	lock_xadd(&bytes->bytes, rx + tx);
	if (rx)
		lock_xadd(&bytes->rx_bytes, rx);
	if (tx)
		lock_xadd(&bytes->tx_bytes, tx);
	return 0;
}

BPF_HASH(_senders, u32, struct sock *);

int kprobe__tcp_sendmsg(struct pt_regs *ctx, struct sock *sk)
{
	u32 tid = bpf_get_current_pid_tgid();

	_senders.update(&tid, &sk);
	return 0;
}

int kretprobe__tcp_sendmsg(struct pt_regs *ctx)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct sock **sk = _senders.lookup(&tid);
	int sent = PT_REGS_RC(ctx);

	if (sk && sent > 0)
		count(*sk, 0, sent);
	_senders.delete(&tid);
	return 0;
}

/* What the process has taken out of the socket. */
int kprobe__tcp_cleanup_rbuf(struct pt_regs *ctx, struct sock *sk, int copied)
{
	if (copied > 0)
		count(sk, copied, 0);
	return 0;
}
