// SPDX-License-Identifier: Apache-2.0
/*
 * execsnoop: programs that are started, with their arguments.
 *
 * A line for every execve() and execveat(): the process, its parent and user, the program's name, the result and the
 * whole command line. The command line is read from the new program's memory, so it is what the program sees.
 *
 * usage: execsnoop
 *
 * -D PID=N      only process N
 * -D UID=N      only processes of user N
 * -D FAILED     also what could not be started: RET is the error, ARGS the file
 * -D LENGTH=N   bytes of the command line, 512 if not given; a multiple of 8, at most 4096
 *
 * examples:
 *   cbcc execsnoop
 *   cbcc execsnoop -D UID=1000 -D FAILED
 *   cbcc execsnoop -D LENGTH=4096
 */
#ifndef LENGTH
#define LENGTH 512
#endif

struct event {
	u32 pid;
	u32 ppid;
	u32 uid;
	int ret;
	char comm[TASK_COMM_LEN];
	char args[LENGTH];
};

BPF_RINGBUF_OUTPUT(events, 64);

static bool is_wanted(void)
{
#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return false;
#endif
#ifdef UID
	if ((u32)bpf_get_current_uid_gid() != UID)
		return false;
#endif
	return true;
}

static void fill(struct event *event, struct task_struct *task, int ret)
{
	event->pid = bpf_get_current_pid_tgid() >> 32;
	event->ppid = task->real_parent->tgid;
	event->uid = bpf_get_current_uid_gid();
	event->ret = ret;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
}

/* The arguments stand one behind the other, a zero after each, which becomes a space: eight bytes at a time. */
static void join(char *text)
{
	const u64 low = 0x7f7f7f7f7f7f7f7f;

	for (u32 i = 0; i < LENGTH / 8; i++) {
		u64 *word = (u64 *)text + i, zeros = ~(((*word & low) + low) | *word | low);

		*word |= zeros >> 2;
	}
}

static void read_arguments(struct event *event, struct mm_struct *mm)
{
	unsigned long start = mm->arg_start, size = mm->arg_end - start;

	if (size > LENGTH)
		size = LENGTH;
	if (size == 0 || bpf_probe_read_user(event->args, size, (void *)start) != 0) {
		event->args[0] = '\0';
		return;
	}
	join(event->args);
	event->args[size - 1] = '\0';
}

TRACEPOINT_PROBE(sched, sched_process_exec)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct event *event;

	if (!is_wanted())
		return 0;
	event = events.ringbuf_reserve(sizeof(*event));
	if (!event)
		return 0;
	fill(event, task, 0);
	read_arguments(event, task->mm);
	events.ringbuf_submit(event, 0);
	return 0;
}

#ifdef FAILED
BPF_HASH(_files, u32, const char *);

static int begin(const char *file)
{
	u32 tid = bpf_get_current_pid_tgid();

	if (is_wanted())
		_files.update(&tid, &file);
	return 0;
}

static int end(long ret)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	u32 tid = bpf_get_current_pid_tgid();
	const char **file = _files.lookup(&tid);
	struct event *event = file && ret < 0 ? events.ringbuf_reserve(sizeof(*event)) : NULL;

	if (event) {
		fill(event, task, ret);
		bpf_probe_read_user_str(event->args, sizeof(event->args), *file);
		events.ringbuf_submit(event, 0);
	}
	_files.delete(&tid);
	return 0;
}

TRACEPOINT_PROBE(syscalls, sys_enter_execve)
{
	return begin(args->filename);
}

TRACEPOINT_PROBE(syscalls, sys_enter_execveat)
{
	return begin(args->filename);
}

TRACEPOINT_PROBE(syscalls, sys_exit_execve)
{
	return end(args->ret);
}

TRACEPOINT_PROBE(syscalls, sys_exit_execveat)
{
	return end(args->ret);
}
#endif
