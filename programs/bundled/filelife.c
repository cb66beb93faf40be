// SPDX-License-Identifier: Apache-2.0
/*
 * filelife: files that are removed soon after they were made, and how old they became.
 *
 * A line for every file that was made and removed while this runs: the process that removed it, the age and the name,
 * without its directory. Temporary files that need not have been there, for one.
 *
 * usage: filelife
 *
 * Needs a kernel with kprobes.
 *
 * -D PID=N   only files that process N removes
 *
 * examples:
 *   cbcc filelife
 */
struct file_id {
	u64 device;
	u64 inode;
};

struct removal {
	struct file_id file;
	struct dentry *dentry;
};

struct event {
	u32 pid;
	char comm[TASK_COMM_LEN];
	u64 age_ms;
	char file[256];
};

BPF_TABLE("lru_hash", struct file_id, u64, _births, 65536);
BPF_HASH(_removals, u32, struct removal);
BPF_RINGBUF_OUTPUT(events, 64);

static void identify(struct file_id *id, struct inode *inode)
{
	id->device = inode->i_sb->s_dev;
	id->inode = inode->i_ino;
}

int kprobe__vfs_open(struct pt_regs *ctx, struct path *path, struct file *file)
{
	struct file_id id = {};
	u64 now = bpf_ktime_get_ns();

	if (!(file->f_mode & FMODE_CREATED))
		return 0;
	identify(&id, path->dentry->d_inode);
	_births.update(&id, &now);
	return 0;
}

/* On the way of vfs_unlink(), whose arguments have moved with the versions. */
int kprobe__security_inode_unlink(struct pt_regs *ctx, struct inode *dir, struct dentry *dentry)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct removal removal = { .dentry = dentry };

#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return 0;
#endif
	identify(&removal.file, dentry->d_inode);
	if (_births.lookup(&removal.file))
		_removals.update(&tid, &removal);
	return 0;
}

static void submit(const struct removal *removal, u64 birth)
{
	struct event *event = events.ringbuf_reserve(sizeof(*event));

	if (!event)
		return;
	event->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->age_ms = (bpf_ktime_get_ns() - birth) / 1000000;
	event->file[0] = '\0';
	bpf_probe_read_kernel_str(event->file, sizeof(event->file), removal->dentry->d_name.name);
	events.ringbuf_submit(event, 0);
}

int kretprobe__vfs_unlink(struct pt_regs *ctx)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct removal *removal = _removals.lookup(&tid);
	u64 *birth = removal && (int)PT_REGS_RC(ctx) == 0 ? _births.lookup(&removal->file) : NULL;

	if (birth) {
		submit(removal, *birth);
		_births.delete(&removal->file);
	}
	_removals.delete(&tid);
	return 0;
}
