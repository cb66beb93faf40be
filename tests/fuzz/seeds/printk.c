int f(void *ctx) {
	u64 pid = bpf_get_current_pid_tgid();
	char comm[16];
	bpf_get_current_comm(&comm, sizeof(comm));
	bpf_trace_printk("%s %d %llx\n", comm, pid >> 32, pid);
	bpf_trace_printk("%d %d %d %d %d", 1, 2, 3, 4, 5);
	return 0;
}
