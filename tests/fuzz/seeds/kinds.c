BPF_STACK_TRACE(stacks, 1024);
BPF_PROG_ARRAY(jump, 8);
BPF_QUEUE(q, u64, 16);
BPF_PERF_ARRAY(counters, 8);
BPF_LPM_TRIE(trie, u64, u32, 10);
BPF_CGROUP_ARRAY(groups, 1);
BPF_PERCPU_ARRAY(per, u64, 1);
int f(void *ctx) {
	u64 v = 1; int zero = 0;
	int id = stacks.get_stackid(ctx, 0);
	q.push(&v, 0);
	q.pop(&v);
	q.peek(&v);
	v += counters.perf_read(0);
	if (groups.check_current_task(0)) jump.call(ctx, id);
	u64 *p = per.lookup(&zero);
	return p ? *p : v;
}
