# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# The options that attach. The target does what it reads: "a" is target_add(20, 3), "p" the probe target:add(30, 4).

PRINT='int f(struct pt_regs *ctx, int a, int b) { bpf_trace_printk("%d and %d", a, b); return 0; }'

target() {
	letters=$1
	shift
	printf '%s' "$letters" | timeout 100 "$cbcc" -c "$targets/target-pie" "$@" >out 2>err
	status=$?
	[ "$status" = 0 ] || fail "cbcc $*: exit status $status"
	tr -d '\000-\010\013-\037\177-\377' <out >clean # without the target's answers
	mv clean out
}

test_uprobes() {
	target aha -e "$PRINT" -u "$targets/target-pie:target_add"
	[ "$(grep -c '20 and 3$' out)" = 2 ] || fail "two calls are not seen"
	target a -e 'int f(struct pt_regs *ctx) { bpf_trace_printk("returns %d", PT_REGS_RC(ctx)); return 0; }' \
		--uretprobe "$targets/target-pie:target_add=f"
	has out 'returns 23$'
	target m -e 'BPF_ARRAY(calls, u64, 1); int f(void *ctx) { calls.increment(0); return 0; }' \
		-u "$targets/target-pie:target_many_*" -v
	has out ' 0 +10$'
	has err 'f is attached to uprobe'
	has err 'f ran 10 times'
}

test_usdt() {
	target pp -e 'int f(void *ctx) { int a = 0, b = 0; bpf_usdt_readarg(1, ctx, &a); bpf_usdt_readarg(2, ctx, &b);
		bpf_trace_printk("%d and %d", a, b); return 0; }' --usdt "$targets/target-pie:target:add=f"
	[ "$(grep -c '30 and 4$' out)" = 2 ] || fail "the probe's arguments are not seen twice"
	run -e 'int f(void *ctx) { return 0; }' --usdt "$targets/target-pie:target:add" -c true
	[ "$status" = 1 ] || fail "a USDT probe without a function is no error"
	has err 'needs its =FUNCTION'
}

test_tracepoints() {
	ok -e 'BPF_HASH(calls, u32); int f(struct tracepoint__syscalls__sys_enter_kill *args) {
		u32 sig = args->sig; if (bpf_get_current_pid_tgid() >> 32 == PID) calls.increment(sig); return 0; }' \
		-t syscalls:sys_enter_kill -c 'sh -c "kill -0 $$; kill -CONT $$; :"'
	has out '^ +0 +1$'
	has out '^ +18 +1$'
	ok -e 'BPF_ARRAY(calls, u64, 1); int f(void *ctx) {
		if (bpf_get_current_pid_tgid() >> 32 == PID) calls.increment(0); return 0; }' \
		-t 'syscalls:sys_*_kill=f' -c 'sh -c "kill -0 $$; :"'
	has out ' 0 +2$'
	ok -e 'BPF_ARRAY(calls, u64, 1); int f(struct bpf_raw_tracepoint_args *ctx) {
		if (bpf_get_current_pid_tgid() >> 32 == PID) calls.increment(0); return 0; }' \
		--raw-tracepoint sched_process_exec=f -c true
	has out ' 0 +1$'
}

test_counters() {
	ok -e 'BPF_ARRAY(samples, u64, 1); int f(struct bpf_perf_event_data *ctx) { samples.increment(0); return 0; }' \
		--perf-event profile:hz:99=f -c 'sh -c "i=0; while [ \$i -lt 300000 ]; do i=\$((i + 1)); done"'
	has out ' 0 +[0-9]+$'
	ok -e 'BPF_ARRAY(faults, u64, 1); int f(struct bpf_perf_event_data *ctx) { faults.increment(0); return 0; }' \
		--perf-event page-faults:1=f -c true
	has out ' 0 +[0-9]{2,}$'
}

# Packets of the loopback device of a network namespace of its own.
test_xdp_and_tc() {
	unshare -n true 2>err || skip "no network namespace can be made"
	cat >inside <<-'EOT'
		ip link set lo up && exec "$@"
	EOT
	cat >send <<-'EOT'
		for i in 1 2 3 4 5; do printf x >/dev/udp/127.0.0.1/9; done
	EOT
	cat >p.c <<-'EOT'
		#include <uapi/linux/if_ether.h>
		#include <uapi/linux/ip.h>
		#include <uapi/linux/udp.h>
		BPF_ARRAY(packets, u64, 2);
		static void count(void *data, void *end, int index)
		{
			struct iphdr *ip = data + sizeof(struct ethhdr);
			struct udphdr *udp = (void *)(ip + 1);
			if ((void *)(udp + 1) <= end && ip->protocol == IPPROTO_UDP && udp->dest == htons(9))
				packets.increment(index);
		}
		int x(struct xdp_md *ctx) { count((void *)(long)ctx->data, (void *)(long)ctx->data_end, 0); return XDP_PASS; }
		int t(struct __sk_buff *ctx) { count((void *)(long)ctx->data, (void *)(long)ctx->data_end, 1); return 0; }
	EOT
	timeout 100 unshare -n sh inside "$cbcc" p.c --xdp lo:generic=x --tc lo:egress=t -c 'bash send' >out 2>err ||
		fail "exit status $?"
	has out ' 0 +5$'
	has out ' 1 +5$'
}

test_kprobes() {
	"$cbcc" --info | grep -qE '^  kernel functions +yes' || skip "this kernel has no kprobes"
	ok -e 'int f(struct pt_regs *ctx) { if (bpf_get_current_pid_tgid() >> 32 == PID) bpf_trace_printk("open"); return 0; }' \
		-k do_sys_openat2=f -c 'cat /etc/hostname'
	has out ': open$'
	ok -e 'BPF_HASH(calls, void *); int f(struct pt_regs *ctx) { void *ip = (void *)PT_REGS_IP(ctx);
		if (bpf_get_current_pid_tgid() >> 32 == PID) calls.increment(ip); return 0; }' \
		-k 'vfs_*' -v -c 'cat /etc/hostname'
	has out '^vfs_read\+0x[0-9a-f]+ +[0-9]+$'
	has out '^vfs_open\+0x[0-9a-f]+ +[0-9]+$'
	has err 'attached to kprobe vfs_read$|attached to kprobe .* \([0-9]+ places\)$'
	ok -e 'int f(struct pt_regs *ctx) { if (bpf_get_current_pid_tgid() >> 32 == PID) bpf_trace_printk("is %d", PT_REGS_RC(ctx)); return 0; }' \
		-a syscall:kill -r sys_kill -c 'sh -c "kill -0 $$; :"'
	has out ': is 0$'
	ok -l 'kprobe:vfs_rea*'
	has out '^kprobe:vfs_read$'
}

LIBBPF='#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
char LICENSE[] SEC("license") = "GPL";
'

needs_btf() {
	"$cbcc" --info | grep -qE '^  kernel functions by BTF.* yes' || skip "this kernel attaches nothing by BTF"
}

test_iterators() {
	needs_btf
	printf '%s' "$LIBBPF"'
SEC("iter/task") int tasks(struct bpf_iter__task *ctx) {
	if (ctx->task) BPF_SEQ_PRINTF(ctx->meta->seq, "task %d %s\n", ctx->task->pid, ctx->task->comm);
	return 0; }
SEC("?iter/bpf_map") int maps(struct bpf_iter__bpf_map *ctx) {
	if (ctx->map) BPF_SEQ_PRINTF(ctx->meta->seq, "map %d\n", ctx->map->id);
	return 0; }' >p.c
	ok p.c
	has out '^task 1 '
	has_not out '^map '
	ok p.c -a iter:maps
	has out '^task 1 '
	[ "$(grep -c '^task 1 ' out)" = 1 ] || fail "an iterator is printed twice"
	run p.c -a iter:nonesuch
	[ "$status" = 1 ] || fail "an iterator that is none is no error"
	ok -e 'SEC("iter/task") int tasks(struct bpf_iter__task *ctx) {
		struct task_struct *task = ctx->task;
		if (task) BPF_SEQ_PRINTF(ctx->meta->seq, "%d %s\n", task->pid, task->comm);
		else BPF_SEQ_PRINTF(ctx->meta->seq, "end\n");
		return 0; }'
	has out '^1 [a-z]'
	has out '^end$'
}

test_kernel_functions_by_btf() {
	needs_btf
	printf '%s' "$LIBBPF"'
SEC("?fentry/do_sys_openat2") int BPF_PROG(enters) {
	if (bpf_get_current_pid_tgid() >> 32 == PID) bpf_printk("enters"); return 0; }
SEC("?fexit/do_sys_openat2") int BPF_PROG(leaves, int dfd, const char *name, void *how, long ret) {
	if (bpf_get_current_pid_tgid() >> 32 == PID) bpf_printk("leaves with %d", ret > 0); return 0; }' >p.c
	ok p.c -a kfunc:do_sys_openat2 -c 'cat /etc/hostname'
	has out ': enters$'
	has_not out ': leaves'
	ok p.c -a kretfunc:do_sys_openat2=leaves -c 'cat /etc/hostname'
	has out ': leaves with 1$'
	has_not out ': enters'
	ok -e 'KFUNC_PROBE(do_sys_openat2) { if (bpf_get_current_pid_tgid() >> 32 == PID) bpf_trace_printk("enters"); return 0; }' \
		-a kfunc:do_sys_openat2 -c 'cat /etc/hostname'
	has out ': enters$'
	run p.c -a kfunc:vfs_read=enters -c true
	[ "$status" = 1 ] || fail "a function is attached elsewhere than its section says"
	has err 'enters is not for vfs_read'
	run p.c -a kfunc:vfs_read -c true
	[ "$status" = 1 ] || fail "what the text has no function for is no error"
}

REFUSED='sh -c "kill -0 $$ || echo refused"'

test_results_of_kernel_functions_are_changed() {
	"$cbcc" --info | grep -qE '^  changed results of kernel functions +yes' || skip "this kernel changes no results of functions"
	printf '%s' "$OURS"'
KMOD_RET(security_task_kill, struct task_struct *p, void *info, int sig, void *cred, int ret) {
	return OURS ? -EPERM : ret; }' >p.c
	ok p.c -a fmod_ret:security_task_kill -c "$REFUSED"
	has out '^refused$'
}

test_security_hooks() {
	"$cbcc" --info | grep -qE '^  security hooks +yes' || skip "this kernel has no security hooks for BPF"
	grep -q bpf /sys/kernel/security/lsm || skip "BPF is no active security module"
	printf '%s' "$LIBBPF"'
SEC("?lsm/task_kill") int BPF_PROG(refuses, struct task_struct *p, void *info, int sig, void *cred, int ret) {
	return bpf_get_current_pid_tgid() >> 32 == PID ? -1 : ret; }' >p.c
	ok p.c -a lsm:task_kill -c "$REFUSED"
	has out '^refused$'
	ok -l 'lsm:task_k*'
	has out '^lsm:task_kill$'
	[ "$(grep -cv '^lsm:task_k' out)" = 0 ] || fail "other hooks are listed"
}

test_cgroups() {
	mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[ -n "$mount" ] || skip "no cgroup of version 2 is mounted"
	group=$mount/cbcc-test-$$
	mkdir "$group" || skip "no cgroup can be made"
	trap 'rmdir "$group"' EXIT
	cat >connect <<-'EOT'
		: >/dev/udp/127.0.0.1/9
		echo $$ >"$1/cgroup.procs"
		: >/dev/udp/127.0.0.1/9
		: >/dev/udp/127.0.0.1/9
	EOT
	ok -e 'BPF_ARRAY(connects, u64, 1);
		int f(struct bpf_sock_addr *ctx) { if (ctx->user_port == bpf_htons(9)) connects.increment(0); return 1; }' \
		--cgroup "$group:connect4" -c "bash connect $group"
	has out '^ +0 +2$'
	run -e 'int f(void *ctx) { return 1; }' --cgroup "$group:nonsense" -c true
	[ "$status" = 1 ] || fail "a type that is none is no error"
	has err 'connect4'
}
