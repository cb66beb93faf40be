// SPDX-License-Identifier: Apache-2.0
/*
 * mountsnoop: file systems that are mounted and unmounted.
 *
 * A line for every mount(), umount2(), fsopen() and move_mount(): the process, the source, the target, the file system's type,
 * the flags in decimal and the result, 0 or a negative error (of fsopen() a descriptor). Newer programs mount in steps:
 * fsopen() tells the type, move_mount() the target.
 *
 * usage: mountsnoop
 *
 * -D PID=N   only process N
 *
 * examples:
 *   cbcc mountsnoop
 */
enum call { MOUNT, UMOUNT, FSOPEN, MOVE_MOUNT };

struct event {
	u32 pid;
	char comm[TASK_COMM_LEN];
	enum call call;
	int ret;
	u64 flags;
	char type[16];
	char source[128];
	char target[128];
};

BPF_HASH(_calls, u32, struct event);
BPF_PERCPU_ARRAY(_scratch, struct event, 1);
BPF_RINGBUF_OUTPUT(events, 16);

static int begin(enum call call, const char *source, const char *target, const char *type, u64 flags)
{
	u32 tid = bpf_get_current_pid_tgid();
	int zero = 0;
	struct event *event = _scratch.lookup(&zero);

#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return 0;
#endif
	if (!event)
		return 0;
	event->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->call = call;
	event->flags = flags;
	event->source[0] = event->target[0] = event->type[0] = '\0';
	bpf_probe_read_user_str(event->source, sizeof(event->source), source);
	bpf_probe_read_user_str(event->target, sizeof(event->target), target);
	bpf_probe_read_user_str(event->type, sizeof(event->type), type);
	_calls.update(&tid, event);
	return 0;
}

static int end(long ret)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct event *event = _calls.lookup(&tid);

	if (!event)
		return 0;
	event->ret = ret;
	events.ringbuf_output(event, sizeof(*event), 0);
	_calls.delete(&tid);
	return 0;
}

TRACEPOINT_PROBE(syscalls, sys_enter_mount)
{
	return begin(MOUNT, args->dev_name, args->dir_name, args->type, args->flags);
}

TRACEPOINT_PROBE(syscalls, sys_exit_mount)
{
	return end(args->ret);
}

TRACEPOINT_PROBE(syscalls, sys_enter_umount)
{
	return begin(UMOUNT, NULL, args->name, NULL, args->flags);
}

TRACEPOINT_PROBE(syscalls, sys_exit_umount)
{
	return end(args->ret);
}

TRACEPOINT_PROBE(syscalls, sys_enter_fsopen)
{
	return begin(FSOPEN, NULL, NULL, args->_fs_name, args->flags);
}

TRACEPOINT_PROBE(syscalls, sys_exit_fsopen)
{
	return end(args->ret);
}

TRACEPOINT_PROBE(syscalls, sys_enter_move_mount)
{
	return begin(MOVE_MOUNT, args->from_pathname, args->to_pathname, NULL, args->flags);
}

TRACEPOINT_PROBE(syscalls, sys_exit_move_mount)
{
	return end(args->ret);
}
