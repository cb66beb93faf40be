// SPDX-License-Identifier: Apache-2.0
/*
 * memleak: memory that a process has allocated and not given back, by the stacks that allocated it.
 *
 * Follows malloc(), calloc(), realloc(), aligned_alloc(), memalign(), posix_memalign() and free() of the C library. What is
 * printed is still allocated; what stays there and grows is a leak. Memory from before the start is not known.
 *
 * usage: memleak [SECONDS]
 *
 * With SECONDS, printed so often; else at the end.
 *
 * -D PID=N        only process N; give it, by -p or -c: all processes of a machine allocate much
 * -D MIN_SIZE=N   only allocations of at least so many bytes
 *
 * examples:
 *   cbcc memleak 10 -p 1234
 *   cbcc memleak -c './program'
 *
 * cbcc: -i ${1:-0}
 */
struct where {
	u32 pid;
	int user_stack;
};

struct sum {
	s64 bytes;
	s64 count;
};

struct block {
	u64 pid;
	u64 address;
};

struct allocation {
	s64 size;
	struct where where;
};

struct call {
	s64 size;
	void **result; /* of posix_memalign() */
};

BPF_STACK_TRACE(stacks, 16384);
BPF_HASH(_calls, u32, struct call);
BPF_HASH(_allocations, struct block, struct allocation, 1000000);
BPF_HASH(allocated, struct where, struct sum);

static bool is_wanted(void)
{
#ifdef PID
	return bpf_get_current_pid_tgid() >> 32 == PID;
#else
	return true;
#endif
}

static void add(struct where where, s64 bytes, s64 count)
{
	struct sum zero = {}, *sum = allocated.lookup_or_try_init(&where, &zero);

	if (!sum)
		return;
	lock_xadd(&sum->bytes, bytes);
	lock_xadd(&sum->count, count);
	if (sum->count == 0)
		allocated.delete(&where);
}

static void release(u64 address)
{
	struct block block = { .pid = bpf_get_current_pid_tgid() >> 32, .address = address };
	struct allocation *allocation = address ? _allocations.lookup(&block) : NULL;

	if (!allocation)
		return;
	add(allocation->where, -allocation->size, -1);
	_allocations.delete(&block);
}

static int begin(s64 size, void **result)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct call call = { .size = size, .result = result };

	if (is_wanted())
		_calls.update(&tid, &call);
	return 0;
}

static int end(struct pt_regs *ctx)
{
	u32 tid = bpf_get_current_pid_tgid();
	struct call *call = _calls.lookup(&tid);
	struct block block = { .pid = bpf_get_current_pid_tgid() >> 32, .address = PT_REGS_RC(ctx) };
	struct allocation allocation = {};

	if (!call)
		return 0;
	if (call->result && bpf_probe_read_user(&block.address, sizeof(block.address), call->result) != 0)
		block.address = 0;
	allocation.size = call->size;
	_calls.delete(&tid);
#ifdef MIN_SIZE
	if (allocation.size < MIN_SIZE)
		return 0;
#endif
	if (!block.address)
		return 0;
	allocation.where.pid = block.pid;
	allocation.where.user_stack = stacks.get_stackid(ctx, BPF_F_USER_STACK);
	if (_allocations.update(&block, &allocation) == 0)
		add(allocation.where, allocation.size, 1);
	return 0;
}

SEC("uprobe/c:malloc")
int malloc_enter(struct pt_regs *ctx)
{
	return begin(PT_REGS_PARM1(ctx), NULL);
}

SEC("uprobe/c:calloc")
int calloc_enter(struct pt_regs *ctx)
{
	return begin(PT_REGS_PARM1(ctx) * PT_REGS_PARM2(ctx), NULL);
}

SEC("uprobe/c:realloc")
int realloc_enter(struct pt_regs *ctx)
{
	if (is_wanted())
		release(PT_REGS_PARM1(ctx)); /* before others can get it */
	return begin(PT_REGS_PARM2(ctx), NULL);
}

SEC("uprobe/c:aligned_alloc")
int aligned_alloc_enter(struct pt_regs *ctx)
{
	return begin(PT_REGS_PARM2(ctx), NULL);
}

SEC("uprobe/c:memalign")
int memalign_enter(struct pt_regs *ctx)
{
	return begin(PT_REGS_PARM2(ctx), NULL);
}

SEC("uprobe/c:posix_memalign")
int posix_memalign_enter(struct pt_regs *ctx)
{
	return begin(PT_REGS_PARM3(ctx), (void **)PT_REGS_PARM1(ctx));
}

SEC("uprobe/c:free")
int free_enter(struct pt_regs *ctx)
{
	if (is_wanted())
		release(PT_REGS_PARM1(ctx));
	return 0;
}

SEC("uretprobe/c:malloc")
int malloc_exit(struct pt_regs *ctx)
{
	return end(ctx);
}

SEC("uretprobe/c:calloc")
int calloc_exit(struct pt_regs *ctx)
{
	return end(ctx);
}

SEC("uretprobe/c:realloc")
int realloc_exit(struct pt_regs *ctx)
{
	return end(ctx);
}

SEC("uretprobe/c:aligned_alloc")
int aligned_alloc_exit(struct pt_regs *ctx)
{
	return end(ctx);
}

SEC("uretprobe/c:memalign")
int memalign_exit(struct pt_regs *ctx)
{
	return end(ctx);
}

SEC("uretprobe/c:posix_memalign")
int posix_memalign_exit(struct pt_regs *ctx)
{
	return end(ctx);
}
