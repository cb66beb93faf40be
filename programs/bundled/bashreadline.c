// SPDX-License-Identifier: Apache-2.0
/*
 * bashreadline: commands that are typed into bash, in all of its terminals.
 *
 * A line for every line that bash has read, as it was typed, whether or not it starts a program.
 *
 * usage: bashreadline [FILE]
 *
 * FILE is the bash, or a library, that has the function readline(); /bin/bash if not given.
 *
 * -D PID=N   only process N
 *
 * examples:
 *   cbcc bashreadline
 *   cbcc bashreadline /lib/x86_64-linux-gnu/libreadline.so.8
 *
 * cbcc: --uretprobe ${1:-/bin/bash}:readline=typed
 */
struct event {
	u32 pid;
	u32 uid;
	char line[256];
};

BPF_RINGBUF_OUTPUT(events, 16);

int typed(struct pt_regs *ctx)
{
	const char *line = (const char *)PT_REGS_RC(ctx);
	struct event *event;

#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return 0;
#endif
	if (!line) /* end of input */
		return 0;
	event = events.ringbuf_reserve(sizeof(*event));
	if (!event)
		return 0;
	event->pid = bpf_get_current_pid_tgid() >> 32;
	event->uid = bpf_get_current_uid_gid();
	event->line[0] = '\0';
	bpf_probe_read_user_str(event->line, sizeof(event->line), line);
	events.ringbuf_submit(event, 0);
	return 0;
}
