# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# What is lost is told, and nothing else is: the command is stopped while its program writes more than there is room for.

# stopped COUNT: the -c command. Signal 0 to itself COUNT times while the command is stopped, then CONT to itself.
stopped() {
	cat >stopped <<-'EOT'
		there() { [ "$PPID" -gt 1 ] && [ -d "/proc/$PPID" ] || exit 1; }
		there
		kill -STOP $PPID
		until grep -q '^State:.T' /proc/$PPID/status; do there; done
		for i in $(seq $1); do kill -0 $$; done
		kill -CONT $PPID
		until [ -s out ]; do there; sleep 0.1; done
		kill -CONT $$
	EOT
	# Perf buffers are of a processor each, and tell of what they lost with the next event.
	cpu=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\([0-9]*\).*/\1/p' /proc/self/status)
	echo "taskset -c $cpu sh stopped $1"
}

OF_ITSELF="$OURS"'#define OF_ITSELF (OURS && args->pid == PID)
'

test_lost_events_are_counted() {
	printf '%s' "$OF_ITSELF"'
struct event { u32 number; char text[400]; };
BPF_PERF_OUTPUT(events);
TRACEPOINT_PROBE(syscalls, sys_enter_kill) {
	struct event e = { };
	if (!OF_ITSELF) return 0;
	for (int i = 0; i < 200 && !(i && args->sig); i++) {
		e.number = i;
		events.perf_submit(args, &e, sizeof(e));
	}
	return 0;
}' >p.c
	ok --json --buffer 1 p.c -c "$(stopped 1)"
	python3 - "$work/out" "$work/err" <<-'PYTHON' || fail "the sum is wrong"
		import json, re, sys
		lines = [json.loads(line) for line in open(sys.argv[1])]
		events = [line for line in lines if line["type"] == "event"]
		lost = [line for line in lines if line["type"] == "lost"]
		assert [line["map"] for line in lost] == ["events"], lost
		assert lost[0]["count"] > 0 and len(events) + lost[0]["count"] == 201, (len(events), lost)
		assert re.search(r"%d events of events were lost; .*--buffer" % lost[0]["count"], open(sys.argv[2]).read())
	PYTHON
}

test_lost_lines_are_counted() {
	printf '%s' "$OF_ITSELF"'
TRACEPOINT_PROBE(syscalls, sys_enter_kill) {
	char text[] = "text";
	if (!OF_ITSELF || args->sig) return 0;
	for (int i = 0; i < 500; i++)
		bpf_trace_printk("%d %s", i, text);
	return 0;
}' >p.c
	ok p.c -c "$(stopped 20)"
	lost=$(sed -n 's/^cbcc: \([0-9]*\) lines of bpf_trace_printk() were lost$/\1/p' err)
	[ -n "$lost" ] || fail "lost lines are not told"
	[ $(($(lines out) + lost)) = 10000 ] || fail "$(lines out) lines and $lost lost ones are not 10000"
	ok --json p.c -c "$(stopped 20)"
	[ "$(grep -c '"type": "trace"' out)" -gt 0 ] || fail "there are no lines"
	has out '^\{"type": "lost", "count": [1-9][0-9]*\}$'
	ok p.c -c 'sh -c "kill -0 $$; :"'
	[ "$(lines out)" = 500 ] || fail "lines are missing"
	has_not err lost
}
