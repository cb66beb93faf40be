// SPDX-License-Identifier: Apache-2.0
/*
 * capable: what privileges processes ask the kernel for.
 *
 * A line for every check of a capability: who needs which, and whether it was granted (RET 0) or refused (-1). It tells which
 * capabilities a service must keep, as capabilities(7) describes them, without CAP_.
 *
 * usage: capable
 *
 * Needs a kernel with kprobes, or Linux 6.14. On one that has no kprobes, checks that are no matter for the audit are shown,
 * too: whether more memory may be reserved, at every mmap(), for one.
 *
 * -D PID=N     only process N
 * -D UNIQUE    each capability of a process, and result, once
 * -D REFUSED   only those that were refused
 * -D ALL       with kprobes, too, the checks that are no matter for the audit
 *
 * examples:
 *   cbcc capable -D REFUSED
 *   cbcc capable -D UNIQUE -p 1234
 */
enum capability {
	CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, LINUX_IMMUTABLE,
	NET_BIND_SERVICE, NET_BROADCAST, NET_ADMIN, NET_RAW, IPC_LOCK, IPC_OWNER, SYS_MODULE, SYS_RAWIO, SYS_CHROOT,
	SYS_PTRACE, SYS_PACCT, SYS_ADMIN, SYS_BOOT, SYS_NICE, SYS_RESOURCE, SYS_TIME, SYS_TTY_CONFIG, MKNOD, LEASE,
	AUDIT_WRITE, AUDIT_CONTROL, SETFCAP, MAC_OVERRIDE, MAC_ADMIN, SYSLOG, WAKE_ALARM, BLOCK_SUSPEND, AUDIT_READ,
	PERFMON, BPF, CHECKPOINT_RESTORE
};

struct event {
	u32 pid;
	u32 uid;
	char comm[TASK_COMM_LEN];
	enum capability capability;
	int ret;
};

BPF_RINGBUF_OUTPUT(events, 64);

#ifdef UNIQUE
struct seen {
	u32 pid;
	enum capability capability;
	int ret;
};

BPF_TABLE("lru_hash", struct seen, u8, _seen, 16384);
#endif

static bool is_wanted(void)
{
#ifdef PID
	return bpf_get_current_pid_tgid() >> 32 == PID;
#else
	return true;
#endif
}

static int submit(enum capability capability, int ret)
{
	struct event event = { .pid = bpf_get_current_pid_tgid() >> 32, .capability = capability, .ret = ret };

#ifdef REFUSED
	if (ret == 0)
		return 0;
#endif
#ifdef UNIQUE
	struct seen seen = { .pid = event.pid, .capability = capability, .ret = ret };
	u8 one = 1;

	if (_seen.lookup(&seen))
		return 0;
	_seen.update(&seen, &one);
#endif
	event.uid = bpf_get_current_uid_gid();
	bpf_get_current_comm(event.comm, sizeof(event.comm));
	events.ringbuf_output(&event, sizeof(event), 0);
	return 0;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0) && !defined(CONFIG_KPROBES)
TRACEPOINT_PROBE(capability, cap_capable)
{
	return is_wanted() ? submit(args->cap, args->ret) : 0;
}
#else
BPF_HASH(_calls, u32, int);

int kprobe__cap_capable(struct pt_regs *ctx, const struct cred *cred, struct user_namespace *ns, int cap, u32 opts)
{
	u32 tid = bpf_get_current_pid_tgid();

#ifndef ALL
	if (opts & CAP_OPT_NOAUDIT)
		return 0;
#endif
	if (is_wanted())
		_calls.update(&tid, &cap);
	return 0;
}

int kretprobe__cap_capable(struct pt_regs *ctx)
{
	u32 tid = bpf_get_current_pid_tgid();
	int *cap = _calls.lookup(&tid);

	if (!cap)
		return 0;
	submit(*cap, PT_REGS_RC(ctx));
	_calls.delete(&tid);
	return 0;
}
#endif
