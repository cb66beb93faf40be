/* What tracing programs have in common: kernel structs, maps, events, strings, a histogram, stacks. */
#include <uapi/linux/ptrace.h>
#include <linux/sched.h>
#include <linux/fs.h>
#include <net/sock.h>

enum kind { ENTRY, RETURN };

struct call {
	u64 start;
	const char *name;
	u32 flags;
};

struct event {
	enum kind kind;
	u32 pid, ppid, uid;
	s64 result;
	u64 duration;
	u8 old : 4, nice : 4;
	union {
		u32 v4;
		u64 v6[2];
	} address;
	u16 port;
	char comm[TASK_COMM_LEN];
	char name[NAME_MAX];
};

struct slot {
	u32 pid;
	u64 bucket;
};

BPF_HASH(calls, u32, struct call);
BPF_HASH(counts, struct slot);
BPF_ARRAY(total, u64, 1);
BPF_PERCPU_ARRAY(scratch, struct event, 1);
BPF_HISTOGRAM(latency);
BPF_STACK_TRACE(stacks, 1024);
BPF_PERF_OUTPUT(events);
BPF_RINGBUF_OUTPUT(ring, 8);

static inline bool is_wanted(struct task_struct *task)
{
#ifdef ONLY_PID
	return task->tgid == ONLY_PID;
#else
	return task->real_parent && task->real_parent->tgid > 1;
#endif
}

int syscall__open(struct pt_regs *ctx, int dfd, const char __user *name, int flags)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct call call = {};

	if (!is_wanted((struct task_struct *)bpf_get_current_task()))
		return 0;
	call.start = bpf_ktime_get_ns();
	call.name = name;
	call.flags = flags;
	calls.update(&tid, &call);
	return 0;
}

int return_of_open(struct pt_regs *ctx)
{
	u64 id = bpf_get_current_pid_tgid();
	u32 tid = id, zero = 0;
	struct call *call = calls.lookup(&tid);
	struct event *event = scratch.lookup(&zero);

	if (!call || !event)
		return 0;
	event->kind = RETURN;
	event->pid = id >> 32;
	event->uid = bpf_get_current_uid_gid();
	event->duration = (bpf_ktime_get_ns() - call->start) / 1000;
	event->result = PT_REGS_RC(ctx);
	bpf_get_current_comm(&event->comm, sizeof(event->comm));
	bpf_probe_read_user_str(&event->name, sizeof(event->name), (void *)call->name);
	events.perf_submit(ctx, event, sizeof(*event));
	latency.increment(bpf_log2l(event->duration));
	total.atomic_increment(zero);
	calls.delete(&tid);
	return 0;
}

int on_connect(struct pt_regs *ctx, struct sock *sk)
{
	struct event *event = ring.ringbuf_reserve(sizeof(struct event));
	struct slot slot = { .pid = bpf_get_current_pid_tgid() >> 32 };

	if (!event)
		return 0;
	switch (sk->__sk_common.skc_family) {
	case AF_INET:
		event->address.v4 = sk->__sk_common.skc_daddr;
		break;
	case AF_INET6:
		bpf_probe_read_kernel(&event->address.v6, sizeof(event->address.v6),
				      sk->__sk_common.skc_v6_daddr.in6_u.u6_addr32);
		break;
	default:
		ring.ringbuf_discard(event, 0);
		return 0;
	}
	event->port = ntohs(sk->__sk_common.skc_dport);
	ring.ringbuf_submit(event, 0);
	slot.bucket = stacks.get_stackid(ctx, BPF_F_REUSE_STACKID);
	counts.increment(slot);
	return 0;
}

int on_read(struct pt_regs *ctx, struct file *file, char __user *buf, size_t count)
{
	struct dentry *dentry = file->f_path.dentry;
	struct qstr name = dentry->d_name;
	char text[32];

	if (!name.len || S_ISDIR(file->f_inode->i_mode))
		return 0;
#pragma unroll
	for (int i = 0; i < 4 && dentry->d_parent != dentry; i++)
		dentry = dentry->d_parent;
	bpf_probe_read_kernel_str(text, sizeof(text), name.name);
	bpf_trace_printk("%s %d %lx", text, count, dentry->d_inode->i_ino);
	return 0;
}

TRACEPOINT_PROBE(sched, sched_switch)
{
	u64 *count, zero = 0;
	struct slot slot = { args->prev_pid, args->next_prio };

	count = counts.lookup_or_try_init(&slot, &zero);
	if (count)
		lock_xadd(count, 1);
	return 0;
}
