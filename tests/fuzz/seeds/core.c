int f(struct pt_regs *ctx, struct task_struct *t) {
	if (__builtin_preserve_field_info(t->pid, 2)) return __builtin_preserve_access_index(t->pid);
	return __builtin_preserve_type_info(*(struct task_struct *)0, 0);
}
