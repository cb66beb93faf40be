# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# Where programs come from, their headers and arguments; what else the command does than tracing.

PROGRAM='/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kills: signals that processes send.
 *
 * usage: kills SIGNAL [TEXT]
 *
 * cbcc: -D SIGNAL=$1 -D "TEXT=${2:-no text}"
 */
#define STRING(x) STRING_(x)
#define STRING_(x) #x
TRACEPOINT_PROBE(syscalls, sys_enter_kill)
{
	if (bpf_get_current_pid_tgid() >> 32 == PID && args->sig == SIGNAL)
		bpf_trace_printk("kills: " STRING(TEXT));
	return 0;
}
'

test_headers_take_arguments() {
	printf '%s' "$PROGRAM" >kills.c
	ok kills.c 0 -c 'sh -c "kill -0 $$; kill -CONT $$; :"'
	has out 'kills: no text$'
	[ "$(lines out)" = 1 ] || fail "another signal is seen, too"
	ok -c 'sh -c "kill -0 $$; kill -CONT $$; :"' kills.c 18 -- '-x y'
	has out 'kills: -x y$'
	run kills.c
	[ "$status" = 1 ] || fail "a missing argument is exit status $status"
	has err '^usage: cbcc kills SIGNAL \[TEXT\]$'
}

test_programs_come_from_files_streams_and_the_folder() {
	printf '%s' "$PROGRAM" >kills.c
	export CBCC_PROGRAMS="$work"
	ok kills 0 -c 'sh -c "kill -0 $$; :"'
	has out 'kills: no text$'
	ok - 0 -c 'sh -c "kill -0 $$; :"' <kills.c
	has out 'kills: no text$'
	ok --programs
	has out '^kills +signals that processes send\.$'
	ok kills --help
	has out '^kills: signals that processes send\.$'
	has_not out 'cbcc:|SPDX'
}

test_help_and_version() {
	ok --help
	has out '^Usage:'
	awk 'length > 110' out >long
	[ ! -s long ] || fail "lines are long: $(cat long)"
	ok --version
	has out '^cbcc [0-9]+\.[0-9]+\.[0-9]+'
	run
	[ "$status" = 1 ] || fail "no program is no error"
}

test_check_loads_and_attaches_nothing() {
	ok --check -e 'TRACEPOINT_PROBE(syscalls, sys_enter_kill) { return 0; } BPF_HASH(m);'
	has out '^1 of 1 functions loaded, 1 maps: ok$'
	run --check -e 'TRACEPOINT_PROBE(syscalls, sys_enter_kill) { return ((int *)args)[5000]; }'
	[ "$status" = 3 ] || fail "what the verifier refuses is exit status $status"
}

test_disassembly_has_the_source() {
	ok -S -e 'int f(void *ctx) { return bpf_get_smp_processor_id() + 7; }'
	has out 'bpf_get_smp_processor_id\(\) \+ 7'
	has out 'call 8'
}

test_info_answers() {
	ok --info
	has out "kernel +$(uname -r) "
	has out '^  tracepoints +yes$'
	ok --info --json
	python3 -c 'import json, sys; [json.loads(line)["value"] for line in sys.stdin]' <out || fail "this is no JSON"
}

test_probes_are_listed() {
	ok -l tracepoint:sched:sched_switch -v
	has out '^tracepoint:sched:sched_switch$'
	has out '^    pid_t prev_pid$'
	ok -l 'sched:sched_process_e*'
	has out '^tracepoint:sched:sched_process_exit$'
	ok -l "uprobe:$targets/target-pie:target_many_*"
	[ "$(lines out)" = 10 ] || fail "there are not ten functions"
	ok -l "usdt:$targets/target-pie"
	has out "^usdt:$targets/target-pie:target:add$"
	ok -l "usdt:$targets/target-pie:target:add" -v
	has out '^    1: 4 signed +bytes @ '
	ok -l 'software:page-*' --json
	has out '^\{"type": "probe", "probe": "software:page-faults"\}$'
	run -l nothing-like-this
	[ "$status" = 1 ] || fail "nothing found is exit status $status"
}

test_trace_pipe_is_opened_by_what_prints() {
	ENTER='TRACEPOINT_PROBE(syscalls, sys_enter_kill) { if (args->sig == 12345) %s return 0; }'
	# shellcheck disable=SC2059 # a format of ours
	printf "$ENTER" 'bpf_trace_printk("printk");' >loud.c
	# shellcheck disable=SC2059
	printf "BPF_HASH(printk); $ENTER" 'printk.increment(1);' >quiet.c
	for name in loud quiet; do
		ok build --trace-pipe $name.c -o $name.o
		"$cbcc" -v $name.o -d 100 >out 2>err &
		traced=$!
		wait_until grep -q 'is attached' err
		ls -l /proc/$traced/fd >$name
		kill -INT $traced
		wait $traced || fail "SIGINT is an error"
	done
	has loud 'trace_pipe$'
	has_not quiet 'trace_pipe$'
}

test_objects_run_without_the_compiler() {
	printf '%s' 'TRACEPOINT_PROBE(syscalls, sys_enter_kill) { int self = bpf_get_current_pid_tgid() >> 32;
		if (args->pid == self && args->sig == 0) bpf_trace_printk("itself %d", self); return 0; }' >kills.c
	ok build kills.c -o kills.o
	export CBCC_COMPILER=/nonexistent
	ok kills.o -c 'sh -c "kill -0 $$; :"'
	has out '^ +sh-([0-9]+) .*: itself \1$'
	run build kills.o -o again.o
	[ "$status" = 1 ] || fail "an object of an object is exit status $status"
	run build kills.c
	[ "$status" = 1 ] || fail "building into no file is exit status $status"
}
