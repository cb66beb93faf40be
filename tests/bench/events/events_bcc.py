#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""BCC's part of bench-events: for every line on standard input fills both buffers and empties them, and prints of the ring buffer
and then of the perf buffer how many events there were, and the wall and processor time of emptying, in milliseconds."""
import os
import sys
import time

from bcc import BPF

RUNS = 50
TEXT = """
struct event { u64 number, time; char comm[16]; };
BPF_RINGBUF_OUTPUT(ring, 2048);
BPF_PERF_OUTPUT(perf);
TRACEPOINT_PROBE(syscalls, sys_enter_getpgid) {
    struct event e = { .time = bpf_ktime_get_ns() };
    if (bpf_get_current_pid_tgid() >> 32 != PID)
        return 0;
    bpf_get_current_comm(e.comm, sizeof(e.comm));
    for (int i = 0; i < 1000; i++) {
        e.number = i;
        ring.ringbuf_output(&e, sizeof(e), BPF_RB_NO_WAKEUP);
    }
    return 0;
}
TRACEPOINT_PROBE(syscalls, sys_enter_getsid) {
    struct event e = { .time = bpf_ktime_get_ns() };
    if (bpf_get_current_pid_tgid() >> 32 != PID)
        return 0;
    bpf_get_current_comm(e.comm, sizeof(e.comm));
    for (int i = 0; i < 1000; i++) {
        e.number = i;
        perf.perf_submit(args, &e, sizeof(e));
    }
    return 0;
}
""".replace("PID", str(os.getpid()))


class Counter:
    count = 0
    numbers = 0


def main():
    b = BPF(text=TEXT)
    ring, perf = b["ring"], b["perf"]
    seen = Counter()

    def on_ring(_ctx, data, _size):
        seen.count += 1
        seen.numbers += ring.event(data).number

    def on_perf(_cpu, data, _size):
        seen.count += 1
        seen.numbers += perf.event(data).number

    def measure(fill, consume):
        seen.count = 0
        for _ in range(RUNS):
            fill(0)
        wall, cpu = time.perf_counter(), time.process_time()
        consume()
        cpu = time.process_time() - cpu
        return "%d %.3f %.3f" % (seen.count, (time.perf_counter() - wall) * 1e3, cpu * 1e3)

    ring.open_ring_buffer(on_ring)
    perf.open_perf_buffer(on_perf, page_cnt=2048)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for _ in sys.stdin:
        print(measure(os.getpgid, b.ring_buffer_consume), measure(os.getsid, b.perf_buffer_consume), flush=True)


main()
