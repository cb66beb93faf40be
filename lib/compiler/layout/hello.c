int hello(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 == 0)
		bpf_trace_printk("Hello, World!\n");
	return 0;
}
