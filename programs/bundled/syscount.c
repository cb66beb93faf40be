// SPDX-License-Identifier: Apache-2.0
/*
 * syscount: how often each system call is made, and how long they take.
 *
 * usage: syscount [SECONDS]
 *
 * With SECONDS, the counts of every such interval; else all at the end.
 *
 * -D PID=N       only process N
 * -D FAILED      only calls that failed
 * -D PROCESSES   by process, not by call
 * -D LATENCY     the time, too: TOTAL_US is that of all calls together
 *
 * examples:
 *   cbcc syscount
 *   cbcc syscount 1 -p 1234 -D LATENCY
 *   cbcc syscount -c 'ls /'
 *
 * cbcc: --clear -i ${1:-0}
 */
typedef u32 syscall_t; /* its name is shown */

struct key {
#ifdef PROCESSES
	u32 pid;
	char comm[TASK_COMM_LEN];
#else
	syscall_t syscall;
#endif
};

struct leaf {
#ifdef LATENCY
	u64 total_us;
#endif
	u64 count;
#ifdef LATENCY
	u64 _total_ns;
#endif
};

BPF_HASH(calls, struct key, struct leaf);

static bool is_wanted(void)
{
#ifdef PID
	return bpf_get_current_pid_tgid() >> 32 == PID;
#else
	return true;
#endif
}

static void count(u32 number, u64 ns)
{
	struct key key = {};
	struct leaf zero = {}, *leaf;

#ifdef PROCESSES
	key.pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(key.comm, sizeof(key.comm));
#else
	key.syscall = number;
#endif
	leaf = calls.lookup_or_try_init(&key, &zero);
	if (!leaf)
		return;
	lock_xadd(&leaf->count, 1);
#ifdef LATENCY
	lock_xadd(&leaf->_total_ns, ns);
	leaf->total_us = leaf->_total_ns / 1000;
#endif
}

#ifdef LATENCY
BPF_HASH(_starts, u32);

TRACEPOINT_PROBE(raw_syscalls, sys_enter)
{
	u32 tid = bpf_get_current_pid_tgid();
	u64 now = bpf_ktime_get_ns();

	if (is_wanted())
		_starts.update(&tid, &now);
	return 0;
}
#endif

TRACEPOINT_PROBE(raw_syscalls, sys_exit)
{
	u64 ns = 0;

	if (!is_wanted())
		return 0;
#ifdef LATENCY
	u32 tid = bpf_get_current_pid_tgid();
	u64 *start = _starts.lookup(&tid);

	if (!start)
		return 0;
	ns = bpf_ktime_get_ns() - *start;
	_starts.delete(&tid);
#endif
#ifdef FAILED
	if (args->ret >= 0 || args->ret < -4095)
		return 0;
#endif
	if (args->id >= 0)
		count(args->id, ns);
	return 0;
}
