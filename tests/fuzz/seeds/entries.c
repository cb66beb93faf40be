int kprobe__vfs_read(struct pt_regs *ctx, struct file *file, char *buf, size_t n) { return n; }
int kretprobe__vfs_read(struct pt_regs *ctx) { return PT_REGS_RC(ctx); }
int syscall__execve(struct pt_regs *ctx, const char __user *name, const char __user *const __user *argv) { char b[8]; bpf_probe_read_user(b, 8, name); return b[0]; }
KFUNC_PROBE(vfs_open, struct path *path, struct file *file) { return path->dentry->d_inode->i_ino; }
KRETFUNC_PROBE(vfs_open, struct path *path, struct file *file, int ret) { return ret; }
LSM_PROBE(bpf, int cmd, union bpf_attr *attr, unsigned int size) { return cmd; }
BPF_ITER(task) { struct task_struct *t = ctx->task; return t ? t->pid & 1 : 0; }
