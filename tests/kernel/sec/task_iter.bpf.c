/* SPDX-License-Identifier: Apache-2.0 */
/* An iterator: a file whose lines are made of the kernel's tasks. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("iter/task")
int get_tasks(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;

	if (!task || task->tgid != task->pid)
		return 0;
	BPF_SEQ_PRINTF(seq, "%d %d\n", task->tgid, task->real_parent->tgid);
	return 0;
}
