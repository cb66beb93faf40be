// SPDX-License-Identifier: Apache-2.0
/*
 * fileslower: reads and writes of files that took long.
 *
 * A line for every read(), write() and their kin on a regular file that took 10 ms or longer, as the process saw it:
 * with disks, locks and the wait for a processor. LAT_US is the time, BYTES what was read or written, FILE the name without
 * its directory.
 *
 * usage: fileslower [MICROSECONDS]
 *
 * -D PID=N   only process N
 *
 * examples:
 *   cbcc fileslower
 *   cbcc fileslower 0 -p 1234
 *
 * cbcc: -D MIN_US=${1:-10000}
 */
#ifndef MIN_US
#define MIN_US 10000
#endif

enum operation { READ, WRITE };

struct call {
	u64 ns;
	u32 fd;
	enum operation operation;
};

struct event {
	u32 pid;
	char comm[TASK_COMM_LEN];
	enum operation operation;
	s64 bytes;
	u64 lat_us;
	char file[256];
};

BPF_HASH(_calls, u32, struct call);
BPF_RINGBUF_OUTPUT(events, 64);

/* The file behind a descriptor of the process, or NULL. */
static struct file *find_file(u32 fd)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct fdtable *table = task->files->fdt;

	return fd < table->max_fds ? table->fd[fd] : NULL;
}

static int begin(enum operation operation, u32 fd)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct call call = { .ns = bpf_ktime_get_ns(), .fd = fd, .operation = operation };

#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return 0;
#endif
	_calls.update(&tid, &call);
	return 0;
}

static void submit(const struct call *call, u64 us, long ret)
{
	struct file *file = find_file(call->fd);
	struct event *event;

	if (!file || !S_ISREG(file->f_inode->i_mode))
		return;
	event = events.ringbuf_reserve(sizeof(*event));
	if (!event)
		return;
	event->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->operation = call->operation;
	event->bytes = ret;
	event->lat_us = us;
	event->file[0] = '\0';
	bpf_probe_read_kernel_str(event->file, sizeof(event->file), file->f_path.dentry->d_name.name);
	events.ringbuf_submit(event, 0);
}

static int end(long ret)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct call *call = _calls.lookup(&tid);
	u64 us;

	if (!call)
		return 0;
	us = (bpf_ktime_get_ns() - call->ns) / 1000;
	if (us >= MIN_US)
		submit(call, us, ret);
	_calls.delete(&tid);
	return 0;
}

#define CALL(name, operation) \
	TRACEPOINT_PROBE(syscalls, sys_enter_##name) { return begin(operation, args->fd); } \
	TRACEPOINT_PROBE(syscalls, sys_exit_##name) { return end(args->ret); }

CALL(read, READ)
CALL(pread64, READ)
CALL(readv, READ)
CALL(preadv, READ)
CALL(preadv2, READ)
CALL(write, WRITE)
CALL(pwrite64, WRITE)
CALL(writev, WRITE)
CALL(pwritev, WRITE)
CALL(pwritev2, WRITE)
