// SPDX-License-Identifier: Apache-2.0
/*
 * opensnoop: files that are opened.
 *
 * A line for every open(), openat() and openat2(): the process, the descriptor it got, or the error as a negative number,
 * the flags in octal as <fcntl.h> has them, and the path as the process gave it.
 *
 * usage: opensnoop
 *
 * -D PID=N    only process N
 * -D UID=N    only processes of user N
 * -D FAILED   only what failed
 *
 * examples:
 *   cbcc opensnoop
 *   cbcc opensnoop -D FAILED
 *   cbcc opensnoop -c 'cat /etc/hostname'
 */
struct event {
	u32 pid;
	u32 uid;
	char comm[TASK_COMM_LEN];
	int ret;
	char path[256];
};

BPF_HASH(_paths, u32, const char *);
BPF_RINGBUF_OUTPUT(events, 64);

static int begin(const char *path)
{
	u32 tid = bpf_get_current_pid_tgid();

#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return 0;
#endif
#ifdef UID
	if ((u32)bpf_get_current_uid_gid() != UID)
		return 0;
#endif
	_paths.update(&tid, &path);
	return 0;
}

static int end(long ret)
{
	u32 tid = bpf_get_current_pid_tgid();
	const char **path = _paths.lookup(&tid);
	struct event *event;

	if (!path)
		return 0;
#ifdef FAILED
	event = ret < 0 ? events.ringbuf_reserve(sizeof(*event)) : NULL;
#else
	event = events.ringbuf_reserve(sizeof(*event));
#endif
	if (event) {
		event->pid = bpf_get_current_pid_tgid() >> 32;
		event->uid = bpf_get_current_uid_gid();
		event->ret = ret;
		bpf_get_current_comm(event->comm, sizeof(event->comm));
		event->path[0] = '\0';
		bpf_probe_read_user_str(event->path, sizeof(event->path), *path);
		events.ringbuf_submit(event, 0);
	}
	_paths.delete(&tid);
	return 0;
}

#ifdef __NR_open /* not on arm64 and younger machines */
TRACEPOINT_PROBE(syscalls, sys_enter_open)
{
	return begin(args->filename);
}

TRACEPOINT_PROBE(syscalls, sys_exit_open)
{
	return end(args->ret);
}
#endif

TRACEPOINT_PROBE(syscalls, sys_enter_openat)
{
	return begin(args->filename);
}

TRACEPOINT_PROBE(syscalls, sys_exit_openat)
{
	return end(args->ret);
}

TRACEPOINT_PROBE(syscalls, sys_enter_openat2)
{
	return begin(args->filename);
}

TRACEPOINT_PROBE(syscalls, sys_exit_openat2)
{
	return end(args->ret);
}
