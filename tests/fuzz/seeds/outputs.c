struct event { u32 pid; char comm[16]; };
BPF_PERF_OUTPUT(events);
BPF_RINGBUF_OUTPUT(ring, 8);
int f(struct pt_regs *ctx) {
	struct event e = { .pid = 1 };
	bpf_get_current_comm(e.comm, sizeof(e.comm));
	events.perf_submit(ctx, &e, sizeof(e));
	ring.ringbuf_output(&e, sizeof(e), 0);
	struct event *r = ring.ringbuf_reserve(sizeof(*r));
	if (!r) return 1;
	r->pid = 2;
	ring.ringbuf_submit(r, 0);
	return ring.ringbuf_query(0);
}
