// SPDX-License-Identifier: Apache-2.0
/*
 * softirqs: the time that the kernel spends in its soft interrupts.
 *
 * Of each kind, how often it was served, and how long that took altogether.
 *
 * usage: softirqs [SECONDS]
 *
 * With SECONDS, of every such interval; else of all at the end.
 *
 * -D DISTRIBUTION   histograms of the time each took, too, in nanoseconds
 *
 * examples:
 *   cbcc softirqs 1
 *   cbcc softirqs -D DISTRIBUTION -d 10
 *
 * cbcc: --clear -i ${1:-0}
 */
enum softirq { HI, TIMER, NET_TX, NET_RX, BLOCK, IRQ_POLL, TASKLET, SCHED, HRTIMER, RCU };

struct key {
	enum softirq softirq;
};

struct leaf {
	u64 total_ns;
	u64 count;
};

BPF_PERCPU_ARRAY(_starts, u64, 1);
BPF_HASH(softirqs, struct key, struct leaf);

#ifdef DISTRIBUTION
struct slot {
	enum softirq softirq;
	u32 slot;
};

BPF_HISTOGRAM(nsecs, struct slot);
#endif

TRACEPOINT_PROBE(irq, softirq_entry)
{
	u64 now = bpf_ktime_get_ns();
	int zero = 0;

	_starts.update(&zero, &now);
	return 0;
}

TRACEPOINT_PROBE(irq, softirq_exit)
{
	struct key key = { .softirq = args->vec };
	struct leaf none = {}, *leaf;
	int zero = 0;
	u64 *start = _starts.lookup(&zero), ns;

	if (!start || !*start) /* served since before the start */
		return 0;
	ns = bpf_ktime_get_ns() - *start;
	*start = 0;
	leaf = softirqs.lookup_or_try_init(&key, &none);
	if (leaf) {
		lock_xadd(&leaf->total_ns, ns);
		lock_xadd(&leaf->count, 1);
	}
#ifdef DISTRIBUTION
	struct slot slot = { .softirq = key.softirq, .slot = bpf_log2l(ns) };

	nsecs.increment(slot);
#endif
	return 0;
}
