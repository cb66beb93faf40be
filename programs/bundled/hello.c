// SPDX-License-Identifier: Apache-2.0
/*
 * hello: greets every program that is started.
 *
 * The smallest program there is: a function at a tracepoint that prints a line. Each line begins with who printed it, on
 * which processor, and when.
 *
 * usage: hello
 *
 * -D PID=N   only process N
 *
 * examples:
 *   cbcc hello
 *   cbcc hello -c 'ls /'
 */
TRACEPOINT_PROBE(sched, sched_process_exec)
{
#ifdef PID
	if (bpf_get_current_pid_tgid() >> 32 != PID)
		return 0;
#endif
	bpf_trace_printk("Hello, World!");
	return 0;
}
