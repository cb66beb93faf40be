int f(struct pt_regs *ctx, struct file *file) {
	struct qstr name = file->f_path.dentry->d_name;
	char want[] = "bash";
	if (__builtin_memcmp(name.name, want, 4) == 0) return 1;
	return __builtin_memcmp(&file->f_inode->i_ino, &name, 8);
}
