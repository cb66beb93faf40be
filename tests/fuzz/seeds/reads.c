#include <linux/sched.h>
int f(struct pt_regs *ctx) {
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	int parent = t->real_parent->tgid;
	char c = t->comm[3];
	if (t->mm) parent += t->mm->map_count;
	struct list_head copy = t->tasks, *n = copy.next;
	return parent + c + (n == copy.prev);
}
