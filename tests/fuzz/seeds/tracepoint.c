TRACEPOINT_PROBE(sched, sched_switch) {
	char name[16];
	TP_DATA_LOC_READ_CONST(name, name, 16);
	if (args->pid == 1) return 0;
	bpf_trace_printk("%s %d %d", args->comm, args->pid, args->args[1]);
	return 0;
}
RAW_TRACEPOINT_PROBE(sched_switch) { return ctx->args[1]; }
int g(struct tracepoint__a__b *a) { return a->args[a->pid & 3]; }
