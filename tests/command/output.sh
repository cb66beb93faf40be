# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What is printed of events, lines and maps. "kill -0 $$" is one system call of the process itself.
# shellcheck disable=SC2154 # OURS, work: of run

ALL_TYPES="$OURS"'
typedef u32 syscall_t;
enum color { RED = 1, GREEN = 2 };
struct event {
	u32 pid; int sig; enum color color; char comm[16]; char text[8]; __be32 addr; __be16 port;
	struct in6_addr addr6; struct in6_addr mapped_addr; u8 mac[6]; bool yes; s64 below; u64 _hidden; u32 pad;
	struct { u8 a; u16 b; } in; union { u16 small; u32 large; } either; u16 list[3]; syscall_t nr; void *where;
};'
ALL_TYPES_EVENT='
	struct event e = { .pid = PID, .sig = args->sig, .color = GREEN, .text = "a\n\"\x01", .port = 0x5000, .yes = true,
			   .below = -5, ._hidden = 1, .in = { 7, 8 }, .either = { .large = 70000 }, .list = { 1, 2, 3 },
			   .mac = { 2, 0, 0, 0, 0xab, 1 }, .nr = args->__syscall_nr, .where = (void *)16 };
	bpf_get_current_comm(e.comm, sizeof(e.comm));
	e.addr = bpf_htonl(0x7f000001);
	e.addr6.in6_u.u6_addr8[15] = 1;
	e.mapped_addr.in6_u.u6_addr8[10] = 255; e.mapped_addr.in6_u.u6_addr8[11] = 255;
	e.mapped_addr.in6_u.u6_addr8[12] = 10; e.mapped_addr.in6_u.u6_addr8[15] = 9;'

test_events_are_columns_by_their_types() {
	printf '%s' "$ALL_TYPES BPF_PERF_OUTPUT(events);
TRACEPOINT_PROBE(syscalls, sys_enter_kill) { if (!OURS) return 0; $ALL_TYPES_EVENT
	events.perf_submit(args, &e, sizeof(e)); return 0; }" >p.c
	ok p.c -c 'sh -c "kill -0 $$; kill -0 $$"'
	has out '^ *PID +SIG COLOR COMM +TEXT +ADDR +PORT ADDR6 +MAPPED_ADDR +MAC +YES +BELOW IN.A +IN.B EITHER.LARGE LIST +NR +WHERE$'
	has out '^ *[0-9]+ +0 GREEN sh +a\\n"\\x01 +127.0.0.1 +80 ::1 +10.0.0.9 +02:00:00:00:ab:01 +1 +-5 +7 +8 +70000 \{ 1, 2, 3 \} kill +0x10$'
	[ "$(lines out)" = 3 ] || fail "a header and two events are not three lines"
}

test_ring_buffers_and_json() {
	printf '%s' "$ALL_TYPES BPF_RINGBUF_OUTPUT(events, 1); BPF_HASH(counts, u32, s64);
TRACEPOINT_PROBE(syscalls, sys_enter_kill) { if (!OURS) return 0; $ALL_TYPES_EVENT
	u32 key = 3; s64 value = -4; counts.update(&key, &value); bpf_trace_printk(\"say %c%d%c\", 34, 5, 34);
	events.ringbuf_output(&e, sizeof(e), 0); return 0; }" >p.c
	ok --json p.c -c 'sh -c "kill -0 $$; :"'
	python3 - "$work/out" <<-'PYTHON' || fail "the objects are not as they should be"
		import json, sys
		lines = [json.loads(line) for line in open(sys.argv[1])]
		by = {line["type"]: line for line in lines}
		assert sorted(by) == ["event", "map", "trace"] and len(lines) == 3, lines
		data = by["event"]["data"]
		assert data.pop("pid") == by["trace"]["pid"]
		wanted = {"sig": 0, "color": "GREEN", "comm": "sh", "text": "a\n\"\x01", "addr": "127.0.0.1", "port": 80, "addr6": "::1"}
		wanted.update({"mapped_addr": "10.0.0.9", "mac": "02:00:00:00:ab:01", "yes": True, "below": -5, "in": {"a": 7, "b": 8}})
		wanted.update({"either": {"large": 70000}, "list": [1, 2, 3], "nr": "kill", "where": "0x10"})
		assert by["event"]["map"] == "events" and data == wanted, data
		assert by["map"]["map"] == "counts" and by["map"]["entries"] == [{"key": 3, "value": -4}], by["map"]
		assert by["trace"]["msg"] == 'say "5"' and by["trace"]["task"] == "sh", by["trace"]
	PYTHON
}

test_events_of_any_length_end_in_text() {
	printf '%s' "$OURS"'
struct event { u32 pid; char rest[]; };
struct room { struct event e; char text[60]; };
BPF_RINGBUF_OUTPUT(events, 1);
TRACEPOINT_PROBE(syscalls, sys_enter_kill) {
	struct room r = { .e.pid = PID, .text = "abcdef" };
	struct event *e = (void *)&r;
	if (OURS) events.ringbuf_output(e, sizeof(*e) + 6, 0);
	return 0;
}' >p.c
	ok p.c -c 'sh -c "kill -0 $$; :"'
	has out '^ *[0-9]+ abcdef$'
}

test_trace_lines_are_those_of_this_program() {
	ok -e "$OURS"' TRACEPOINT_PROBE(syscalls, sys_enter_kill) { if (OURS) bpf_trace_printk("signal %d", args->sig); return 0; }' \
		-T -c 'sh -c "kill -0 $$; :"'
	has out '^[0-9]{2}:[0-9]{2}:[0-9]{2} +sh-[0-9]+ +\[[0-9]+\] [0-9.]+: signal 0$'
	[ "$(lines out)" = 1 ] || fail "there are other lines"
}

test_trace_pipe_has_the_lines_of_the_machine() {
	printf '%s' "$OURS"'TRACEPOINT_PROBE(syscalls, sys_enter_kill) { if (OURS) bpf_trace_printk("piped %d", PID); return 0; }' >p.c
	ok --trace-pipe p.c -v -c 'sh -c "kill -0 $$; echo mine $$"'
	mine=$(sed -n 's/^mine //p' out)
	[ "$(grep -cE ": piped $mine\$" out)" = 1 ] || fail "the line is not seen once"
}

MAPS="$OURS"'
struct key { u32 sig; char name[8]; };
BPF_HASH(calls, struct key, u64);
BPF_PERCPU_ARRAY(sums, u64, 4);
BPF_HASH(_hidden, u32, u64);
BPF_HISTOGRAM(dist_us);
BPF_HISTOGRAM(flat);
struct slot { u32 sig; u64 slot; };
BPF_HISTOGRAM(by_signal, struct slot);
TRACEPOINT_PROBE(syscalls, sys_enter_kill) {
	struct key key = { .sig = args->sig, .name = "kill" };
	struct slot slot = { args->sig, bpf_log2l(args->pid) };
	u32 hidden = 1;
	u64 one = 1;
	if (!OURS) return 0;
	calls.increment(key);
	sums.increment(2);
	_hidden.update(&hidden, &one);
	dist_us.increment(bpf_log2l(args->pid - PID + 5));
	flat.increment(3);
	by_signal.increment(slot);
	return 0;
}'

test_maps_are_printed_at_the_end() {
	printf '%s' "$MAPS" >p.c
	ok p.c -c 'sh -c "kill -0 $$; kill -0 $$; kill -CONT $$"'
	has out '^calls:$'
	has out '^ +SIG NAME +CALLS$'
	has out '^ +0 kill +2$'
	has out '^ +18 kill +1$'
	[ "$(grep -nE '^ +(0|18) kill' out | sed 's/.*kill *//' | tr '\n' ' ')" = '1 2 ' ] || fail "values do not ascend"
	has out '^ +INDEX +SUMS$'
	has out '^ +2 +3$'
	has_not out 'hidden|HIDDEN'
	has out '^ +usecs +: count +distribution$'
	has out '^ +4 -> 7 +: 3 +\|\*{40}\|$'
	has out '^ +3 +: 3 +\|\*{40}\|$'
	has out '^sig = 18$'
}

test_only_maps_that_are_asked_for_are_printed() {
	printf '%s' "$MAPS" >p.c
	ok p.c --print calls --top 1 -c 'sh -c "kill -0 $$; kill -0 $$; kill -CONT $$"'
	[ "$(sed 's/ \+/ /g' out | tr '\n' '|')" = ' SIG NAME CALLS| 0 kill 2|' ] || fail "other things are printed"
	ok p.c --print _hidden -c 'sh -c "kill -0 $$; :"'
	has out '^ +1 +1$'
	run p.c --print nothing -c true
	[ "$status" = 1 ] || fail "a map that is none is no error"
	has err "no table 'nothing'"
}

test_histograms_in_json() {
	printf '%s' "$MAPS" >p.c
	ok p.c --json -c 'sh -c "kill -0 $$; :"'
	python3 - "$work/out" <<-'PYTHON' || fail "the objects are not as they should be"
		import json, sys
		by = {line["map"]: line for line in map(json.loads, open(sys.argv[1]))}
		assert by["dist_us"]["type"] == "hist" and by["dist_us"]["val_type"] == "usecs", by
		assert by["dist_us"]["data"][-1] == {"interval-start": 4, "interval-end": 7, "count": 1}, by
		assert by["by_signal"]["sig"] in (0, "0") and by["by_signal"]["data"][-1]["count"] == 1, by
		assert by["flat"]["type"] == "hist" and len(by["flat"]["data"]) == 4, by
		assert by["flat"]["data"][3] == {"interval-start": 3, "interval-end": 3, "count": 1}, by
		assert by["calls"]["entries"] == [{"key": {"sig": 0, "name": "kill"}, "value": 1}], by
	PYTHON
}

test_queues_and_stacks_are_printed_at_the_end() {
	printf '%s' "$OURS"'
struct call { u32 pid; int sig; };
BPF_QUEUE(calls, struct call, 16);
BPF_STACK(signals, u32, 16);
BPF_QUEUE(_hidden, u32, 16);
BPF_HISTOGRAM(wide, u32);
TRACEPOINT_PROBE(syscalls, sys_enter_kill) {
	struct call call = { PID, args->sig };
	u32 sig = args->sig, far = 5000;
	if (!OURS) return 0;
	calls.push(&call, 0); signals.push(&sig, 0); _hidden.push(&sig, 0); wide.increment(far);
	return 0;
}' >p.c
	ok p.c -i 0.01 -c 'sh -c "kill -0 $$; kill -CONT $$; sleep 0.1"'
	has out '^ +PID +SIG$'
	[ "$(grep -cE '^ +[0-9]+ +(0|18)$' out)" = 2 ] || fail "a queue of two is not printed once"
	[ "$(grep -nE '^ +(0|18)$' out | sed 's/.*: *//' | tr '\n' ' ')" = '18 0 ' ] || fail "a stack has another order"
	has out '^ +5000 +2$'
	has_not out 'hidden|HIDDEN'
	ok p.c --json --top 1 -c 'sh -c "kill -0 $$; kill -CONT $$"'
	python3 - "$work/out" <<-'PYTHON' || fail "the objects are not as they should be"
		import json, sys
		by = {line["map"]: line for line in map(json.loads, open(sys.argv[1]))}
		assert [entry["value"]["sig"] for entry in by["calls"]["entries"]] == [0, 18], by
		assert by["signals"] == {"type": "map", "map": "signals", "entries": [{"value": 18}, {"value": 0}]}, by
		assert by["wide"]["entries"] == [{"key": 5000, "value": 2}], by
	PYTHON
}

STACKS='struct key { u32 pid; char comm[16]; int user_stack; };
BPF_STACK_TRACE(stacks, 64);
BPF_HASH(calls, struct key, u64);
int f(struct pt_regs *ctx) {
	struct key key = { .pid = PID };
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	key.user_stack = stacks.get_stackid(ctx, BPF_F_USER_STACK);
	calls.increment(key);
	return 0;
}'

# The target answers on its standard output, and stays until its input ends.
start_target() {
	mkfifo to
	"$targets/target-pie" <to >answers &
	exec 4>to
	target=$!
}

test_stacks_have_names() {
	start_target
	"$cbcc" -e "$STACKS" -u "$targets/target-pie:target_add" -p $target -i 0.2 -d 100 >out 2>err 4>&- &
	traced=$!
	wait_until is_counted
	kill -INT $traced
	wait $traced || fail "SIGINT is an error"
	has out '^ +PID COMM +CALLS$'
	has out "^ +$target target-pie +[0-9]+$"
	has out '^    target_add\+0x[0-9a-f]+ \[target-pie\]$'
}

is_counted() {
	printf a >&4
	grep -q '+0x' "$work/out"
}

test_stacks_fold_into_lines_and_a_graph() {
	start_target
	"$cbcc" --folded --svg graph.svg -e "$STACKS" -u "$targets/target-pie:target_add" -p $target -v -d 100 >out 2>err 4>&- &
	traced=$!
	wait_until grep -q 'attached to' err
	printf aaa >&4
	wait_until sh -c "[ \$(stat -c %s answers) = 3 ]"
	kill -INT $traced
	wait $traced || fail "SIGINT is an error"
	has out '^target-pie;(.*;)?target_add 3$'
	has graph.svg '<svg'
	has graph.svg 'target_add'
}

test_intervals_clear_what_they_have_printed() {
	start_target
	"$cbcc" -e 'BPF_ARRAY(calls, u64, 1); int f(void *ctx) { calls.increment(0); return 0; }' \
		-u "$targets/target-pie:target_add" -p $target -i 0.1 --clear -d 100 >out 2>err 4>&- &
	traced=$!
	wait_until is_printed 3
	kill -TERM $traced
	wait $traced || fail "SIGTERM is an error"
	exec 4>&-
	wait $target
	printed=$(awk '$1 == 0 { sum += $2 } END { print sum }' out)
	[ "$printed" -le "$(stat -c %s answers)" ] || fail "$printed calls are printed, more than were made"
}

# A call is seen, at most two in an interval as this is asked ten times in a second.
is_printed() {
	printf a >&4
	[ "$(grep -cE ' 0 +[0-9]+$' out)" -ge "$1" ]
}

test_output_goes_to_a_file() {
	ok -o "$work/file" -e "$OURS"' TRACEPOINT_PROBE(syscalls, sys_enter_kill) { if (OURS) bpf_trace_printk("here"); return 0; }' \
		-c 'sh -c "kill -0 $$; :"'
	has file ': here$'
	[ ! -s out ] || fail "standard output is not empty"
	run -o /nonexistent/file -e '' -c true
	[ "$status" = 1 ] || fail "a file that cannot be opened is no error"
}

test_colours_are_for_terminals() {
	printf '%s' "$MAPS" >p.c
	ok p.c --print calls --color always -c 'sh -c "kill -0 $$; :"'
	grep -q "$(printf '\033')\[1m" out || fail "--color always has no colours"
	ok p.c --print calls -c 'sh -c "kill -0 $$; :"'
	! grep -q "$(printf '\033')" out || fail "a file gets colours"
}
