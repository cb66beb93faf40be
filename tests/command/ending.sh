# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# What ends a run, and how.

KILLS="$OURS"'TRACEPOINT_PROBE(syscalls, sys_enter_kill) { if (OURS) bpf_trace_printk("seen %d", args->sig); return 0; }'

test_count_ends_after_so_many() {
	ok -n 2 -e "$KILLS" -c 'sh -c "kill -0 $$; kill -0 $$; kill -0 $$; kill -0 $$"'
	[ "$(lines out)" = 2 ] || fail "-n 2 prints $(lines out) lines"
}

test_duration_ends_a_command_that_goes_on() {
	ok -d 0.3 -e "$KILLS" -c 'sleep 1000'
	has_not err .
}

test_the_end_of_the_process_ends() {
	sleep 1000 >sleep.out 2>&1 &
	traced_process=$!
	"$cbcc" -v -d 100 -e "$KILLS" -p $traced_process >out 2>err &
	traced=$!
	wait_until grep -q 'is attached' err
	kill $traced_process
	wait $traced || fail "the end of the process is an error"
}

test_no_reader_ends_quietly() {
	{ timeout 100 "$cbcc" -e "$KILLS" -c 'sh -c "while :; do kill -0 $$; done"' 2>err; echo $? >status; } | head -n 1 >out
	[ "$(cat status)" = 0 ] || fail "a closed pipe is exit status $(cat status)"
	has out 'seen 0'
	[ ! -s err ] || fail "a closed pipe is told"
}

test_a_second_interrupt_ends_at_once() {
	mkfifo pipe
	"$cbcc" -d 100 -o pipe -e "$KILLS" -c 'sh -c "echo $$ >child; while :; do kill -0 $$; done"' 2>err &
	traced=$!
	exec 4<pipe # opened, and never read: the command will wait for it
	wait_until is_blocked $traced
	kill -INT $traced
	wait_until does_not_catch $traced
	kill -INT $traced
	wait $traced
	[ $? = 130 ] || fail "the exit status is not that of SIGINT"
	exec 4<&-
	wait_until gone "$(cat child)"
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

# Writing to a pipe that is full.
is_blocked() {
	grep -q 'pipe' "/proc/$1/wchan" || grep -qE '^1 0x' "/proc/$1/syscall"
}

# SIGINT is the second bit of the mask.
does_not_catch() {
	mask=$(sed -n 's/^SigCgt:.*\(.\)$/\1/p' "/proc/$1/status")
	case $mask in 2 | 3 | 6 | 7 | a | b | e | f) return 1 ;; esac
}

test_exit_statuses_tell_what_failed() {
	while IFS='|' read -r wanted text options; do
		# shellcheck disable=SC2086 # words
		run -e "$text" $options -c true
		[ "$status" = "$wanted" ] || fail "$text $options: exit status $status, not $wanted"
		[ -s err ] || fail "$text $options: no error is told"
	done <<-'EOT'
		1|int f(void *c) { return 0; }|
		1|int f(void *c) { return 0; }|--nonsense
		1|int f(void *c) { return 0; }|-t nonsense
		1|int f(void *c) { return 0; }|-a nonsense:a:b
		1|int f(void *c) { return 0; } int g(void *c) { return 1; }|-t sched:sched_switch
		1|int f(void *c) { return 0; }|-t sched:sched_switch=g
		1|int f(void *c) { return 0; }|-d x
		2|int f(void *c) { return x; }|-t sched:sched_switch
		3|int f(void *c) { return ((int *)c)[5000]; }|-t sched:sched_switch
		4|int f(void *c) { return 0; }|-t sched:nonsense
		4|int f(void *c) { return 0; }|-u /bin/true:nonsense
	EOT
	run -e '' -c nonsense
	[ "$status" = 1 ] || fail "a command that is none: exit status $status"
	run nonsense
	[ "$status" = 1 ] || fail "a program that is none: exit status $status"
}

test_diagnostics_are_the_compilers() {
	printf 'int f(void *ctx)\n{\n\treturn nothing;\n}\n' >p.c
	run p.c
	has err "^p.c:3:9: error: use of undeclared identifier 'nothing'"
	has err '^ +\| +\^'
}
