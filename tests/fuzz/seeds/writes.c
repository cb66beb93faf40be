int f(struct pt_regs *ctx, struct task_struct *t) { t->pid = 1; __sync_fetch_and_add(&t->pid, 1); memset(t, 0, 8); return 0; }
