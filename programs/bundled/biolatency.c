// SPDX-License-Identifier: Apache-2.0
/*
 * biolatency: how long block devices take, as a histogram.
 *
 * The time from a request's issue to the device until its completion, in microseconds.
 *
 * usage: biolatency [SECONDS]
 *
 * With SECONDS, the histogram of every such interval; else one at the end.
 *
 * -D QUEUED   the time in the kernel's queue, before the issue, counts too
 * -D DISKS    a histogram for each disk
 *
 * examples:
 *   cbcc biolatency
 *   cbcc biolatency 1 -D DISKS
 *
 * cbcc: --clear -i ${1:-0}
 */
/* Before Linux 5.11, and not in all of its older series, the request's queue is the first argument. */
#define IS_FIRST __builtin_types_compatible_p(btf_trace_block_rq_issue, void (*)(void *, struct request *))
#define REQUEST(ctx) ((struct request *)__builtin_choose_expr(IS_FIRST, (ctx)->args[0], (ctx)->args[1]))

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0)
#define DISK(request) ((request)->rq_disk)
#else
#define DISK(request) ((request)->q->disk)
#endif

BPF_HASH(_starts, struct request *);

#ifdef DISKS
struct slot {
	char disk[16];
	u32 slot;
};

BPF_HISTOGRAM(usecs, struct slot);
#else
BPF_HISTOGRAM(usecs);
#endif

#ifdef QUEUED
RAW_TRACEPOINT_PROBE(block_rq_insert)
{
	struct request *request = REQUEST(ctx);
	u64 now = bpf_ktime_get_ns();

	_starts.update(&request, &now);
	return 0;
}
#endif

RAW_TRACEPOINT_PROBE(block_rq_issue)
{
	struct request *request = REQUEST(ctx);
	u64 now = bpf_ktime_get_ns();

#ifdef QUEUED
	_starts.insert(&request, &now); /* what is issued at once was never in the queue */
#else
	_starts.update(&request, &now);
#endif
	return 0;
}

RAW_TRACEPOINT_PROBE(block_rq_complete)
{
	struct request *request = (struct request *)ctx->args[0];
	u64 *start = _starts.lookup(&request), us;

	if (!start || (u32)ctx->args[2] < request->__data_len) /* a part of it */
		return 0;
	us = (bpf_ktime_get_ns() - *start) / 1000;
	_starts.delete(&request);
#ifdef DISKS
	struct slot slot = { .slot = bpf_log2l(us) };

	bpf_probe_read_kernel_str(slot.disk, sizeof(slot.disk), DISK(request)->disk_name);
	usecs.increment(slot);
#else
	usecs.increment(bpf_log2l(us));
#endif
	return 0;
}
