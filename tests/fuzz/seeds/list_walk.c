int f(void *ctx) {
	struct task_struct *t = (void *)bpf_get_current_task();
	int n = 0;
	for (int i = 0; i < 30; i++) {
		if (!t || t->pid == 1) break;
		t = t->real_parent;
		n++;
	}
	struct task_struct *c = container_of(t->children.next, struct task_struct, sibling);
	return n + c->pid;
}
