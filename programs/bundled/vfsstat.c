// SPDX-License-Identifier: Apache-2.0
/*
 * vfsstat: how often files are read, written, opened, made and removed.
 *
 * Counts of calls into the kernel's virtual file system, which all file systems, pipes and devices are under.
 *
 * usage: vfsstat [SECONDS]
 *
 * The counts of every SECONDS, 1 if not given. Needs a kernel with kprobes.
 *
 * -D PID=N   only process N
 *
 * examples:
 *   cbcc vfsstat
 *   cbcc vfsstat 5 -p 1234
 *
 * cbcc: --clear -i ${1:-1}
 */
enum operation { READ, WRITE, FSYNC, OPEN, CREATE, UNLINK, MKDIR, RMDIR, RENAME };

struct key {
	enum operation operation;
};

BPF_HASH(calls, struct key);

static int count(enum operation operation)
{
	struct key key = { .operation = operation };

#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return 0;
#endif
	calls.atomic_increment(key);
	return 0;
}

int kprobe__vfs_read(void *ctx)
{
	return count(READ);
}

int kprobe__vfs_write(void *ctx)
{
	return count(WRITE);
}

int kprobe__vfs_fsync_range(void *ctx)
{
	return count(FSYNC);
}

int kprobe__vfs_open(void *ctx)
{
	return count(OPEN);
}

/*
 * Who may make or remove a name is asked on all ways, in functions that stand apart: those of the file system itself may
 * have become parts of their callers, and vfs_create() is not on the way of open().
 */
#ifdef CONFIG_SECURITY
#define COUNT(name, operation) int kprobe__security_inode_##name(void *ctx) { return count(operation); }
#else
#define COUNT(name, operation) int kprobe__vfs_##name(void *ctx) { return count(operation); }
#endif

COUNT(create, CREATE)
COUNT(unlink, UNLINK)
COUNT(mkdir, MKDIR)
COUNT(rmdir, RMDIR)
COUNT(rename, RENAME)
