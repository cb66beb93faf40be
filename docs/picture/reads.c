BPF_HISTOGRAM(sizes);

TRACEPOINT_PROBE(syscalls, sys_exit_read) {
	if (bpf_get_current_pid_tgid() >> 32 == PID && args->ret > 0)
		sizes.increment(bpf_log2l(args->ret));
	return 0;
}
