// SPDX-License-Identifier: Apache-2.0
/*
 * gethostlatency: names of hosts that programs look up, and how long that takes.
 *
 * A line for every getaddrinfo(), gethostbyname() and gethostbyname2() of the C library: the name, the time, and for
 * getaddrinfo() the result, 0 or an error of <netdb.h>.
 *
 * usage: gethostlatency
 *
 * -D PID=N   only process N
 *
 * examples:
 *   cbcc gethostlatency
 */
struct call {
	u64 ns;
	const char *host;
};

struct event {
	u32 pid;
	char comm[TASK_COMM_LEN];
	u64 lat_us;
	int ret;
	char host[128];
};

BPF_HASH(_calls, u32, struct call);
BPF_RINGBUF_OUTPUT(events, 16);

static int begin(const char *host)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct call call = { .ns = bpf_ktime_get_ns(), .host = host };

#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return 0;
#endif
	if (host)
		_calls.update(&tid, &call);
	return 0;
}

static int end(int ret)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct call *call = _calls.lookup(&tid);
	struct event *event = call ? events.ringbuf_reserve(sizeof(*event)) : NULL;

	if (event) {
		event->pid = bpf_get_current_pid_tgid() >> 32;
		bpf_get_current_comm(event->comm, sizeof(event->comm));
		event->lat_us = (bpf_ktime_get_ns() - call->ns) / 1000;
		event->ret = ret;
		event->host[0] = '\0';
		bpf_probe_read_user_str(event->host, sizeof(event->host), call->host);
		events.ringbuf_submit(event, 0);
	}
	_calls.delete(&tid);
	return 0;
}

SEC("uprobe/c:getaddrinfo")
int getaddrinfo(struct pt_regs *ctx)
{
	return begin((const char *)PT_REGS_PARM1(ctx));
}

SEC("uprobe/c:gethostbyname")
int gethostbyname(struct pt_regs *ctx)
{
	return begin((const char *)PT_REGS_PARM1(ctx));
}

SEC("uprobe/c:gethostbyname2")
int gethostbyname2(struct pt_regs *ctx)
{
	return begin((const char *)PT_REGS_PARM1(ctx));
}

SEC("uretprobe/c:getaddrinfo")
int getaddrinfo_returns(struct pt_regs *ctx)
{
	return end(PT_REGS_RC(ctx));
}

SEC("uretprobe/c:gethostbyname")
int gethostbyname_returns(struct pt_regs *ctx)
{
	return end(0);
}

SEC("uretprobe/c:gethostbyname2")
int gethostbyname2_returns(struct pt_regs *ctx)
{
	return end(0);
}
