// SPDX-License-Identifier: Apache-2.0
/*
 * statsnoop: files that programs ask about.
 *
 * A line for every stat(), lstat(), fstatat(), statx() and access() by a path: the process, the result, 0 or a negative error,
 * and the path as the process gave it. It shows what a program looks for, and where in vain.
 *
 * usage: statsnoop
 *
 * -D PID=N    only process N
 * -D FAILED   only what failed
 *
 * examples:
 *   cbcc statsnoop -D FAILED
 *   cbcc statsnoop -c 'ls -l /etc'
 */
struct event {
	u32 pid;
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
	_paths.update(&tid, &path);
	return 0;
}

static void submit(const char *path, long ret)
{
	struct event *event = events.ringbuf_reserve(sizeof(*event));

	if (!event)
		return;
	event->pid = bpf_get_current_pid_tgid() >> 32;
	event->ret = ret;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->path[0] = '\0';
	bpf_probe_read_user_str(event->path, sizeof(event->path), path);
	if (event->path[0])
		events.ringbuf_submit(event, 0);
	else /* of a descriptor: it is open already */
		events.ringbuf_discard(event, 0);
}

static int end(long ret)
{
	u32 tid = bpf_get_current_pid_tgid();
	const char **path = _paths.lookup(&tid);

	if (!path)
		return 0;
#ifdef FAILED
	if (ret < 0)
#endif
		submit(*path, ret);
	_paths.delete(&tid);
	return 0;
}

#define CALL(name) \
	TRACEPOINT_PROBE(syscalls, sys_enter_##name) { return begin(args->filename); } \
	TRACEPOINT_PROBE(syscalls, sys_exit_##name) { return end(args->ret); }

#ifdef __NR_stat /* not on arm64 and younger machines */
CALL(newstat)
CALL(newlstat)
CALL(access)
#endif
#ifdef __NR_newfstatat
CALL(newfstatat)
#endif
CALL(statx)
CALL(faccessat)
CALL(faccessat2)
