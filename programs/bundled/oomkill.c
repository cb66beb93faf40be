// SPDX-License-Identifier: Apache-2.0
/*
 * oomkill: processes that the kernel ends because memory has run out.
 *
 * A line for every victim: who needed memory when there was none, who was ended for it, the memory the victim had mapped
 * and what counted against it, in KiB, and where memory was short: CONSTRAINT_MEMCG is a cgroup's limit, CONSTRAINT_NONE the
 * machine.
 *
 * usage: oomkill
 *
 * Needs a kernel with kprobes.
 *
 * examples:
 *   cbcc oomkill -T
 */
struct event {
	u32 pid;
	char comm[TASK_COMM_LEN];
	u32 victim_pid;
	char victim_comm[TASK_COMM_LEN];
	u64 mapped_kib;
	s64 badness_kib;
	int score_adj;
	enum oom_constraint constraint;
};

BPF_RINGBUF_OUTPUT(events, 16);

int kprobe__oom_kill_process(struct pt_regs *ctx, struct oom_control *oc)
{
	struct task_struct *victim = oc->chosen;
	struct event *event = events.ringbuf_reserve(sizeof(*event));
	const long kib = PAGE_SIZE / 1024;

	if (!event)
		return 0;
	event->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->victim_pid = victim->tgid;
	bpf_probe_read_kernel_str(event->victim_comm, sizeof(event->victim_comm), victim->comm);
	event->mapped_kib = victim->mm->total_vm * kib;
	event->badness_kib = oc->chosen_points * kib;
	event->score_adj = victim->signal->oom_score_adj;
	event->constraint = oc->constraint;
	events.ringbuf_submit(event, 0);
	return 0;
}
