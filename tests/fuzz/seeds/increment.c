BPF_HISTOGRAM(dist);
BPF_HASH(calls, u32);
BPF_ARRAY(a, u64, 4);
int f(struct pt_regs *ctx, size_t n) {
	dist.increment(bpf_log2l(n));
	calls.increment(1);
	calls.increment(n, 5);
	a.atomic_increment(2);
	a.atomic_increment(2, -1);
	return 0;
}
