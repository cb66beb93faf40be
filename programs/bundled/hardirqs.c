// SPDX-License-Identifier: Apache-2.0
/*
 * hardirqs: the time that the kernel spends in interrupt handlers of devices.
 *
 * Of each handler, how often it was called, and how long that took altogether.
 *
 * usage: hardirqs [SECONDS]
 *
 * With SECONDS, of every such interval; else of all at the end.
 *
 * -D DISTRIBUTION   histograms of the time each call took, too, in nanoseconds
 *
 * examples:
 *   cbcc hardirqs 1
 *   cbcc hardirqs -D DISTRIBUTION -d 10
 *
 * cbcc: --clear -i ${1:-0}
 */
struct key {
	u32 irq;
	char handler[32];
};

struct leaf {
	u64 total_ns;
	u64 count;
};

struct call {
	u64 ns; /* 0: none */
	struct key key;
};

BPF_PERCPU_ARRAY(_calls, struct call, 1);
BPF_HASH(hardirqs, struct key, struct leaf);

#ifdef DISTRIBUTION
struct slot {
	char handler[32];
	u32 slot;
};

BPF_HISTOGRAM(nsecs, struct slot);
#endif

TRACEPOINT_PROBE(irq, irq_handler_entry)
{
	int zero = 0;
	struct call *call = _calls.lookup(&zero);

	if (!call)
		return 0;
	__builtin_memset(&call->key, 0, sizeof(call->key));
	call->key.irq = args->irq;
	TP_DATA_LOC_READ_STR(call->key.handler, name, sizeof(call->key.handler));
	call->ns = bpf_ktime_get_ns();
	return 0;
}

TRACEPOINT_PROBE(irq, irq_handler_exit)
{
	struct leaf none = {}, *leaf;
	int zero = 0;
	struct call *call = _calls.lookup(&zero);
	u64 ns;

	if (!call || !call->ns) /* called since before the start */
		return 0;
	ns = bpf_ktime_get_ns() - call->ns;
	call->ns = 0;
	leaf = hardirqs.lookup_or_try_init(&call->key, &none);
	if (leaf) {
		lock_xadd(&leaf->total_ns, ns);
		lock_xadd(&leaf->count, 1);
	}
#ifdef DISTRIBUTION
	struct slot slot = { .slot = bpf_log2l(ns) };

	__builtin_memcpy(slot.handler, call->key.handler, sizeof(slot.handler));
	nsecs.increment(slot);
#endif
	return 0;
}
