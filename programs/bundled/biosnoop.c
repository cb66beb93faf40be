// SPDX-License-Identifier: Apache-2.0
/*
 * biosnoop: requests to block devices, and how long each took.
 *
 * A line for every request when it is complete: the process that caused it, the disk, what was done, where and how much.
 * QUEUED_US is the time in the kernel's queue, LAT_US the device's. What the kernel writes back on its own is of its
 * worker threads.
 *
 * usage: biosnoop
 *
 * -D PID=N      only what process N caused
 * -D MIN_US=N   only what took the device at least so many microseconds
 *
 * examples:
 *   cbcc biosnoop
 *   cbcc biosnoop -D MIN_US=10000
 */
/* Before Linux 5.11, and not in all of its older series, the queue is the first argument. */
#define IS_FIRST __builtin_types_compatible_p(btf_trace_block_rq_issue, void (*)(void *, struct request *))
#define SUBJECT(ctx) __builtin_choose_expr(IS_FIRST, (ctx)->args[0], (ctx)->args[1])
#define REQUEST(ctx) ((struct request *)SUBJECT(ctx))
#define BIO(ctx) ((struct bio *)SUBJECT(ctx))

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0)
#define DISK(request) ((request)->rq_disk)
#else
#define DISK(request) ((request)->q->disk)
#endif

enum operation {
	READ = 0,
	WRITE = 1,
	FLUSH = 2,
	DISCARD = 3,
	SECURE_ERASE = 5,
	WRITE_ZEROES = 9,
	DRIVER_IN = 34,
	DRIVER_OUT = 35,
};

struct owner {
	u32 pid;
	char comm[TASK_COMM_LEN];
};

struct pending {
	struct owner owner;
	u64 queued, issued; /* 0: not yet */
};

struct event {
	u32 pid;
	char comm[TASK_COMM_LEN];
	char disk[16];
	enum operation operation;
	u64 sector;
	u32 bytes;
	u64 queued_us;
	u64 lat_us;
};

BPF_TABLE("lru_hash", struct bio *, struct owner, _owners, 16384);
BPF_TABLE("lru_hash", struct request *, struct pending, _requests, 16384);
BPF_RINGBUF_OUTPUT(events, 64);

static void get_owner(struct owner *owner)
{
	owner->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(owner->comm, sizeof(owner->comm));
}

/* Who asks for it is known here; requests are made and issued by anybody. */
RAW_TRACEPOINT_PROBE(block_bio_queue)
{
	struct bio *bio = BIO(ctx);
	struct owner owner = {};

	get_owner(&owner);
	_owners.update(&bio, &owner);
	return 0;
}

static void begin(struct pending *pending, struct request *request)
{
	struct bio *bio = request->bio;
	struct owner *owner = _owners.lookup(&bio);

	if (owner)
		pending->owner = *owner;
	else
		get_owner(&pending->owner);
	if (owner)
		_owners.delete(&bio);
}

RAW_TRACEPOINT_PROBE(block_rq_insert)
{
	struct request *request = REQUEST(ctx);
	struct pending pending = { .queued = bpf_ktime_get_ns() };

	begin(&pending, request);
	_requests.update(&request, &pending);
	return 0;
}

RAW_TRACEPOINT_PROBE(block_rq_issue)
{
	struct request *request = REQUEST(ctx);
	struct pending *queued = _requests.lookup(&request), pending = {};

	if (queued && queued->queued) {
		queued->issued = bpf_ktime_get_ns();
		return 0;
	}
	begin(&pending, request);
	pending.issued = bpf_ktime_get_ns();
	_requests.update(&request, &pending);
	return 0;
}

static void submit(const struct pending *pending, struct request *request)
{
	u64 us = (bpf_ktime_get_ns() - pending->issued) / 1000;
	struct event *event;

#ifdef PID
	if (pending->owner.pid != PID)
		return;
#endif
#ifdef MIN_US
	if (us < MIN_US)
		return;
#endif
	event = events.ringbuf_reserve(sizeof(*event));
	if (!event)
		return;
	event->pid = pending->owner.pid;
	__builtin_memcpy(event->comm, pending->owner.comm, sizeof(event->comm));
	event->disk[0] = '\0';
	bpf_probe_read_kernel_str(event->disk, sizeof(event->disk), DISK(request)->disk_name);
	event->operation = request->cmd_flags & 0xff;
	event->sector = request->__sector;
	event->bytes = request->__data_len;
	event->queued_us = pending->queued ? (pending->issued - pending->queued) / 1000 : 0;
	event->lat_us = us;
	events.ringbuf_submit(event, 0);
}

RAW_TRACEPOINT_PROBE(block_rq_complete)
{
	struct request *request = (struct request *)ctx->args[0];
	struct pending *pending = _requests.lookup(&request);

	if (!pending || !pending->issued || (u32)ctx->args[2] < request->__data_len) /* a part of it */
		return 0;
	submit(pending, request);
	_requests.delete(&request);
	return 0;
}
