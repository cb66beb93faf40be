// SPDX-License-Identifier: Apache-2.0
/*
 * tcpaccept: TCP connections that are accepted here.
 *
 * A line for every accept() that returns a connection: the process, the address and port it was called at, and the
 * caller's. (What io_uring accepts is not seen.)
 *
 * usage: tcpaccept
 *
 * -D PID=N    only process N
 * -D PORT=N   only at that port
 *
 * examples:
 *   cbcc tcpaccept
 *   cbcc tcpaccept -D PORT=22
 */
struct event {
	u32 pid;
	char comm[TASK_COMM_LEN];
	struct in6_addr laddr;
	u16 lport;
	struct in6_addr raddr;
	__be16 rport;
};

BPF_RINGBUF_OUTPUT(events, 16);

/* The socket behind a descriptor of the process, or NULL. */
static struct sock *find_sock(u32 fd)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct fdtable *table = task->files->fdt;
	struct file *file = fd < table->max_fds ? table->fd[fd] : NULL;
	struct socket *socket = file && S_ISSOCK(file->f_inode->i_mode) ? file->private_data : NULL;

	return socket ? socket->sk : NULL;
}

static void map_v4(struct in6_addr *to, u32 address)
{
	to->s6_addr32[0] = 0;
	to->s6_addr32[1] = 0;
	to->s6_addr32[2] = bpf_htonl(0xffff);
	to->s6_addr32[3] = address;
}

static void fill(struct event *event, struct sock *sk)
{
	event->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->lport = sk->sk_num;
	event->rport = sk->sk_dport;
	if (sk->sk_family == AF_INET) {
		map_v4(&event->laddr, sk->sk_rcv_saddr);
		map_v4(&event->raddr, sk->sk_daddr);
	} else {
		event->laddr = sk->sk_v6_rcv_saddr;
		event->raddr = sk->sk_v6_daddr;
	}
}

static int accepted(long fd)
{
	struct sock *sk;
	struct event *event;

#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return 0;
#endif
	if (fd < 0)
		return 0;
	sk = find_sock(fd);
	if (!sk || sk->sk_protocol != IPPROTO_TCP || (sk->sk_family != AF_INET && sk->sk_family != AF_INET6))
		return 0;
#ifdef PORT
	if (sk->sk_num != PORT)
		return 0;
#endif
	event = events.ringbuf_reserve(sizeof(*event));
	if (!event)
		return 0;
	fill(event, sk);
	events.ringbuf_submit(event, 0);
	return 0;
}

TRACEPOINT_PROBE(syscalls, sys_exit_accept)
{
	return accepted(args->ret);
}

TRACEPOINT_PROBE(syscalls, sys_exit_accept4)
{
	return accepted(args->ret);
}
