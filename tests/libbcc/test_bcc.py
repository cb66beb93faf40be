#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""BCC's Python package on cbcc's library: what its callers get is what really happened."""
import ctypes
import fcntl
import mmap
import os
import platform
import socket
import struct
import subprocess
import sys
import tempfile
import traceback
import unittest

from bcc import BPF, USDT, PerfSWConfig, PerfType, lib
from bcc.libbcc import bcc_symbol
from support import MAY_SKIP, OURS, Stderr, Target, cause, has_kprobes, libc, wait_for

EVENTS = r"""
struct key_t { u32 pid; int value; char comm[TASK_COMM_LEN]; };
struct event_t { u64 time; pid_t pid; u32 value; char comm[16]; bool even; const char *where; u16 parts[3]; };
BPF_HASH(counts, struct key_t);
BPF_HISTOGRAM(sizes);
BPF_PERF_OUTPUT(events);
BPF_RINGBUF_OUTPUT(records, 8);
TRACEPOINT_PROBE(syscalls, sys_enter_getpgid) {
    struct key_t key = { .pid = bpf_get_current_pid_tgid() >> 32, .value = args->pid };
    struct event_t event = { .value = args->pid, .even = !(args->pid & 1), .parts = { 1, 2, 3 } };
    if (key.pid != PID)
        return 0;
    event.pid = key.pid;
    event.time = bpf_ktime_get_ns();
    bpf_get_current_comm(&key.comm, sizeof(key.comm));
    __builtin_memcpy(event.comm, key.comm, sizeof(event.comm));
    counts.increment(key);
    sizes.increment(bpf_log2l(args->pid));
    events.perf_submit(args, &event, sizeof(event));
    records.ringbuf_output(&event, sizeof(event), 0);
    return 0;
}
"""


class TestEvents(unittest.TestCase):
    def setUp(self):
        self.b = BPF(text=EVENTS, cflags=OURS)
        with open("/proc/self/comm", "rb") as file:
            self.comm = file.read().strip()

    def tearDown(self):
        self.b.cleanup()

    def check(self, event, value):
        self.assertEqual(event.pid, os.getpid())
        self.assertEqual(event.value, value)
        self.assertEqual(event.comm, self.comm)
        self.assertEqual(event.even, value % 2 == 0)
        self.assertEqual(list(event.parts), [1, 2, 3])
        self.assertGreater(event.time, 0)

    def test_hash_and_histogram(self):
        for _ in range(3):
            cause(1000)
        cause(7)
        counts = {(key.value, key.comm): leaf.value for key, leaf in self.b["counts"].items()
                  if key.pid == os.getpid()}
        self.assertEqual(counts, {(1000, self.comm): 3, (7, self.comm): 1})
        sizes = {key.value: leaf.value for key, leaf in self.b["sizes"].items() if leaf.value}
        self.assertEqual(sizes, {10: 3, 3: 1})

    def test_perf_buffer(self):
        seen = []
        self.b["events"].open_perf_buffer(lambda cpu, data, size: seen.append(self.b["events"].event(data)))
        cause(12345)
        wait_for(lambda: seen, self.b.perf_buffer_poll)
        self.check(seen[0], 12345)
        self.b.perf_buffer_poll(0)
        self.assertEqual(len(seen), 1)

    def test_perf_buffer_wraps_around(self):
        seen = []
        self.b["events"].open_perf_buffer(
            lambda cpu, data, size: seen.append(self.b["events"].event(data).value), page_cnt=1)
        for round_ in range(100):
            for i in range(10):
                cause(round_ * 10 + i + 1)
            wait_for(lambda: len(seen) == (round_ + 1) * 10, self.b.perf_buffer_poll)
        self.assertEqual(sorted(seen), list(range(1, 1001)))

    def test_lost_events_are_told(self):
        seen, lost = [], []
        self.b["events"].open_perf_buffer(
            lambda cpu, data, size: seen.append(cpu), page_cnt=1, lost_cb=lost.append)
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        for i in range(500):
            cause(i + 1)
        self.b.perf_buffer_poll(0)
        cause(1)  # the kernel tells with the next event
        self.b.perf_buffer_poll(0)
        self.assertEqual(len(seen) + sum(lost), 501)
        self.assertGreater(sum(lost), 0)

    def test_perf_buffer_is_closed_in_its_callback(self):
        seen = []

        def close(cpu, data, size):
            seen.append(self.b["events"].event(data).value)
            del self.b["events"][cpu]

        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        self.b["events"].open_perf_buffer(close)
        cause(1)
        cause(2)
        wait_for(lambda: seen, self.b.perf_buffer_poll)
        self.assertEqual(seen, [1])

    def test_ring_buffer(self):
        seen = []
        self.b["records"].open_ring_buffer(
            lambda ctx, data, size: seen.append(self.b["records"].event(data)))
        cause(54321)
        wait_for(lambda: seen, self.b.ring_buffer_poll)
        self.check(seen[0], 54321)
        self.b.ring_buffer_consume()
        self.assertEqual(len(seen), 1)

    def test_nothing_comes_after_detaching(self):
        self.b.detach_tracepoint(b"syscalls:sys_enter_getpgid")
        cause(1000)
        self.assertEqual(len(self.b["counts"]), 0)


TABLES = r"""
struct inner_t { char c; u64 u; };
struct padded_t { u8 a; u32 b; u8 c; struct inner_t inner; union { u16 x; u64 y; }; enum { ONE = 1 } e; void *p; };
struct bits_t { u32 a:3; u32 b:29; };
BPF_HASH(plain, u32, u64, 64);
BPF_HASH(padded, u64, struct padded_t, 64);
BPF_HASH(bits, u64, struct bits_t, 64);
BPF_ARRAY(numbers, u64, 4);
BPF_PERCPU_ARRAY(percpu, u64, 2);
BPF_QUEUE(queue, u64, 4);
BPF_STACK(stack, u32, 4);
BPF_PROG_ARRAY(programs, 4);
BPF_STACK_TRACE(stacks, 16);
BPF_LPM_TRIE(trie, u64, int, 8);
BPF_CGROUP_ARRAY(cgroups, 4);
BPF_F_TABLE("lru_hash", u32, u64, lru, 16, 2);
int f(struct __sk_buff *skb) { u64 one = 1; u32 key = 0; plain.update(&key, &one); return 0; }
int g(struct __sk_buff *skb) { return 7; }
"""


class TestTables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.b = BPF(text=TABLES)

    @classmethod
    def tearDownClass(cls):
        cls.b.cleanup()

    def test_hash_as_a_mapping(self):
        t = self.b["plain"]
        t.clear()
        t[t.Key(1)] = t.Leaf(10)
        t[t.Key(2)] = t.Leaf(20)
        self.assertEqual(sorted((k.value, v.value) for k, v in t.items()), [(1, 10), (2, 20)])
        self.assertEqual(len(t), 2)
        with self.assertRaises(KeyError):
            t[t.Key(3)]
        del t[t.Key(1)]
        self.assertEqual([k.value for k in t.keys()], [2])
        t.clear()
        self.assertEqual(len(t), 0)

    def test_batches(self):
        t = self.b["plain"]
        t.clear()
        keys, values = (t.Key * 8)(*range(8)), (t.Leaf * 8)(*range(0, 80, 10))
        t.items_update_batch(keys, values)
        found = {getattr(k, "value", k): getattr(v, "value", v) for k, v in t.items_lookup_batch()}
        self.assertEqual(found, {i: i * 10 for i in range(8)})
        t.items_delete_batch(keys)
        self.assertEqual(len(t), 0)

    def test_layout_of_leaves(self):
        leaf = self.b["padded"].Leaf
        self.assertEqual(ctypes.sizeof(leaf), 56)
        offsets = {name: getattr(leaf, name).offset for name in ("a", "b", "c", "inner", "x", "y", "e", "p")}
        self.assertEqual(offsets, {"a": 0, "b": 4, "c": 8, "inner": 16, "x": 32, "y": 32, "e": 40, "p": 48})
        self.assertEqual(leaf.inner.size, 16)
        bits = self.b["bits"].Leaf(a=5, b=1 << 20)
        self.assertEqual(bytes(bits), (5 | 1 << 23).to_bytes(4, sys.byteorder))

    def test_text_of_leaves(self):
        t = self.b["padded"]
        leaf = t.Leaf(a=1, b=2, c=3, e=1, p=0x10)
        leaf.inner.u = 77
        text = t.leaf_sprintf(leaf)
        self.assertEqual(bytes(t.leaf_scanf(text)), bytes(leaf))
        self.assertEqual(self.b["plain"].key_sprintf(ctypes.c_uint(31)), b"0x1f")
        self.assertEqual(self.b["plain"].leaf_scanf(b"0x20").value, 32)
        with self.assertRaises(Exception):
            t.leaf_scanf(b"nothing")

    def test_tables_are_used_with_one_system_call(self):
        b = BPF(text=r"""
            BPF_ARRAY(calls, u64, 1);
            TRACEPOINT_PROBE(syscalls, sys_enter_bpf) {
                if (bpf_get_current_pid_tgid() >> 32 == PID)
                    calls.increment(0);
                return 0;
            }""", cflags=OURS)
        self.assertEqual(b["calls"][0].value, 1)  # that look-up
        self.assertEqual(b["calls"][0].value, 2)
        b.cleanup()

    def test_arrays(self):
        t = self.b["numbers"]
        t[2] = ctypes.c_ulonglong(5)
        self.assertEqual([v.value for v in t.values()], [0, 0, 5, 0])
        p = self.b["percpu"]
        leaves = p.Leaf(*range(1, len(p.Leaf()) + 1))
        p[1] = leaves
        self.assertEqual(list(p[1]), list(leaves))
        self.assertEqual(p.sum(1).value, sum(leaves))

    def test_queue_and_stack(self):
        for name, order in (("queue", [1, 2, 3]), ("stack", [3, 2, 1])):
            t = self.b[name]
            for i in (1, 2, 3):
                t.push(t.Leaf(i))
            self.assertEqual(t.peek().value, order[0])
            self.assertEqual([t.pop().value for _ in range(3)], order)
            with self.assertRaises(KeyError):
                t.pop()

    def test_what_tables_are(self):
        self.assertEqual(self.b["lru"].flags, 2)
        self.assertEqual(self.b["plain"].max_entries, 64)
        self.assertEqual(lib.bpf_table_type_id(self.b.module, self.b["trie"].map_id), 11)
        self.assertEqual(ctypes.sizeof(self.b["stacks"].Leaf), 127 * 8)
        with self.assertRaises(KeyError):
            self.b["none"]
        self.assertIn("type HASH", self.b.decode_table("plain"))

    def test_programs(self):
        f = self.b.load_func("f", BPF.SOCKET_FILTER)
        self.assertIs(self.b.load_func("f", BPF.SOCKET_FILTER), f)
        programs = self.b["programs"]
        programs[ctypes.c_int(0)] = ctypes.c_int(f.fd)
        self.assertEqual(len(self.b.dump_func("g")), 16)
        self.assertIn(f"<map at fd #{lib.bpf_table_fd(self.b.module, b'plain')}>", self.b.disassemble_func("f"))
        with self.assertRaisesRegex(Exception, "Unknown program"):
            self.b.load_func("none", BPF.SOCKET_FILTER)

    def test_instructions_of_programs_that_share_a_section(self):
        b = BPF(text="""
            BPF_ARRAY(first, u64, 1);
            BPF_ARRAY(second, u64, 1);
            __attribute__((section("socket"))) int f(void *ctx) { int k = 0; return first.lookup(&k) != 0; }
            __attribute__((section("socket"))) int g(void *ctx) { int k = 0; return second.lookup(&k) != 0; }""")
        for function, table in (("f", b"first"), ("g", b"second")):
            self.assertIn(f"<map at fd #{lib.bpf_table_fd(b.module, table)}>", b.disassemble_func(function))
        b.cleanup()

    def test_programs_outlive_their_module(self):
        b = BPF(text="int f(struct __sk_buff *skb) { return 1; }")
        fd = os.dup(b.load_func("f", BPF.SOCKET_FILTER).fd)
        b.cleanup()
        one, other = socket.socketpair()
        self.assertEqual(lib.bpf_attach_socket(one.fileno(), fd), 0)
        os.close(fd)
        one.close(), other.close()

    def test_public_tables(self):
        b = BPF(text='BPF_TABLE_PUBLIC("hash", u32, u64, libbcc_public, 8);')
        b[b"libbcc_public"][ctypes.c_uint(1)] = ctypes.c_ulonglong(11)
        c = BPF(text='BPF_TABLE("extern", u32, u64, libbcc_public, 8);')
        self.assertEqual(c[b"libbcc_public"][ctypes.c_uint(1)].value, 11)
        c.cleanup()
        self.assertEqual(b[b"libbcc_public"][ctypes.c_uint(1)].value, 11)
        b.cleanup()


class TestErrors(unittest.TestCase):
    def test_diagnostics_are_on_stderr(self):
        with Stderr() as err, self.assertRaisesRegex(Exception, "Failed to compile"):
            BPF(text="int f(void *ctx) { return nothing; }")
        self.assertIn("nothing", err.text)
        self.assertIn("error:", err.text)

    def test_warnings_are_on_stderr(self):
        with Stderr() as err:
            BPF(text='#warning careful\nint f(void *ctx) { return 0; }').cleanup()
        self.assertRegex(err.text, "warning: careful")

    def test_warnings_have_the_words_of_bcc(self):
        with Stderr() as err:
            BPF(text='int f(void *ctx) { bpf_trace_printk("%0.2f", 1); return 0; }').cleanup()
        self.assertIn("warning: only %d %u %x %ld %lu %lx %lld %llu %llx %p %s conversion specifiers", err.text)

    def test_the_verifiers_log_is_on_stderr(self):
        b = BPF(text="BPF_HASH(t); int f(void *ctx) { u64 k = 0; return *t.lookup(&k); }")
        with Stderr() as err, self.assertRaisesRegex(Exception, "Failed to load BPF program b'f': Permission denied"):
            b.load_func("f", BPF.SOCKET_FILTER)
        self.assertIn("invalid mem access 'map_value_or_null'", err.text)
        b.cleanup()

    def test_unknown_tracepoints_cannot_be_attached_to(self):
        b = BPF(text="int f(void *ctx) { return 0; }")
        with Stderr(), self.assertRaisesRegex(Exception, "Failed to attach BPF program"):
            b.attach_tracepoint(tp="nothing:at_all", fn_name="f")
        b.cleanup()

    def test_files_are_compiled(self):
        with tempfile.NamedTemporaryFile(suffix=".c") as file:
            file.write(b"BPF_ARRAY(t, u64, 1); int f(void *ctx) { return 0; }")
            file.flush()
            b = BPF(src_file=file.name)
            self.assertEqual(len(b["t"]), 1)
            b.cleanup()


class TestAttaching(unittest.TestCase):
    def test_uprobes(self):
        b = BPF(text=r"""
            #include <uapi/linux/ptrace.h>
            BPF_HASH(seen, int, int);
            int enter(struct pt_regs *ctx, int a, int b) { int key = a; seen.update(&key, &b); return 0; }
            int leave(struct pt_regs *ctx) { int key = -1, value = PT_REGS_RC(ctx); seen.update(&key, &value); return 0; }
            """)
        with Target() as target:
            b.attach_uprobe(name=target.path, sym="target_add", fn_name="enter", pid=target.process.pid)
            b.attach_uretprobe(name=target.path, sym="target_add", fn_name="leave", pid=target.process.pid)
            self.assertEqual(b.num_open_uprobes(), 2)
            self.assertEqual(target.do("a"), 23)
            self.assertEqual({k.value: v.value for k, v in b["seen"].items()}, {20: 3, -1: 23})
            b.detach_uprobe(name=target.path, sym="target_add", pid=target.process.pid)
            b.detach_uretprobe(name=target.path, sym="target_add", pid=target.process.pid)
            b["seen"].clear()
            target.do("a")
            self.assertEqual(len(b["seen"]), 0)
            b.attach_uprobe(name=target.path, sym_re="target_many_.*", fn_name="enter")
            self.assertEqual(b.num_open_uprobes(), 10)
            with self.assertRaisesRegex(Exception, "could not determine address"):
                b.attach_uprobe(name=target.path, sym="nothing", fn_name="enter")
        b.cleanup()

    def test_libraries_are_found_by_their_names(self):
        b = BPF(text="#include <uapi/linux/ptrace.h>\nBPF_ARRAY(seen, int, 1);"
                     "int f(struct pt_regs *ctx, int x) { int zero = 0; seen.update(&zero, &x); return 0; }")
        b.attach_uprobe(name="c", sym="abs", fn_name="f", pid=os.getpid())
        libc.abs(-4711)
        self.assertEqual(b["seen"][0].value, -4711)
        self.assertTrue(os.path.exists(BPF.find_library("c")))
        self.assertIsNone(BPF.find_library("nothing_like_that"))
        b.cleanup()

    def attach_usdt(self, target, probe, text, by_pid=True):
        usdt = USDT(pid=target.process.pid) if by_pid else USDT(path=target.path)
        usdt.enable_probe(probe=probe, fn_name="f")
        return BPF(text="#include <uapi/linux/ptrace.h>\n" + text, usdt_contexts=[usdt]), usdt

    def test_usdt_arguments(self):
        with Target() as target:
            b, _ = self.attach_usdt(target, "target:add", r"""
                BPF_HASH(seen, int, int);
                int f(struct pt_regs *ctx) {
                    int a = 0, b = 0;
                    bpf_usdt_readarg(1, ctx, &a);
                    bpf_usdt_readarg(2, ctx, &b);
                    seen.update(&a, &b);
                    return 0;
                }""")
            self.assertEqual(target.do("p"), 34)
            self.assertEqual({k.value: v.value for k, v in b["seen"].items()}, {30: 4})
            b.cleanup()

    def test_usdt_semaphores_are_raised_while_attached(self):
        text = "BPF_ARRAY(seen, int, 1); int f(struct pt_regs *ctx) { int zero = 0, a = 0;" \
               "bpf_usdt_readarg(1, ctx, &a); seen.update(&zero, &a); return 0; }"
        for by_pid in (True, False):
            with Target() as target:
                self.assertEqual(target.do("s"), 0)
                b, _ = self.attach_usdt(target, "target:guarded", text, by_pid)
                self.assertEqual(target.do("s"), 1)
                self.assertEqual(b["seen"][0].value, 55)
                b.cleanup()
                self.assertEqual(target.do("s"), 0)

    def test_of_usdt_probes_that_are_not_there_nothing_is_said(self):
        with Target() as target, Stderr() as err:
            usdt = USDT(pid=target.process.pid)
            for probe in ("nothing", "target:nothing", "nothing:add"):
                with self.assertRaisesRegex(Exception, f"Failed to enable USDT probe '{probe}'"):
                    usdt.enable_probe(probe=probe, fn_name="f")
        self.assertEqual(err.text, "")

    def test_usdt_semaphores_are_raised_by_uprobes_at_the_places(self):
        with Target() as first, Target() as second:
            usdts = [USDT(pid=target.process.pid) for target in (first, second)]
            for usdt in usdts:
                usdt.enable_probe(probe="target:guarded", fn_name="f")
            b = BPF(text="BPF_ARRAY(seen, u64, 1); int f(void *ctx) { seen.increment(0); return 0; }")
            for path, function, address in {place[:3] for usdt in usdts for place in usdt.enumerate_active_probes()}:
                b.attach_uprobe(name=path, fn_name=function, addr=address, pid=-1)
            self.assertEqual([target.do("s") for target in (first, second)], [1, 1])
            self.assertGreaterEqual(b["seen"][0].value, 2)
            b.cleanup()
            self.assertEqual([target.do("s") for target in (first, second)], [0, 0])

    @unittest.skipUnless(platform.machine() == "x86_64", "the target has one place only on this machine")
    def test_usdt_probes_at_two_places(self):
        with Target() as target:
            usdt = USDT(pid=target.process.pid)
            probe = [p for p in usdt.enumerate_probes() if p.name == b"twice"][0]
            self.assertEqual((probe.provider, probe.num_locations, probe.num_arguments), (b"target", 2, 2))
            places = [probe.get_location(i) for i in range(2)]
            self.assertNotEqual(places[0].address, places[1].address)
            self.assertIn("-9", str(places[1].get_argument(0)))
            self.assertEqual(usdt.get_probe_arg_ctype("target:twice", 0), "int32_t")
            b, _ = self.attach_usdt(target, "twice", r"""
                BPF_HASH(seen, int, u64);
                int f(struct pt_regs *ctx) { int a = 0; seen.increment(a);
                    bpf_usdt_readarg(1, ctx, &a); seen.increment(a); return 0; }""")
            target.do("2")
            self.assertEqual({k.value: v.value for k, v in b["seen"].items()}, {0: 2, -77: 1, -9: 1})
            b.cleanup()

    def test_perf_events(self):
        b = BPF(text=r"""
            #include <uapi/linux/bpf_perf_event.h>
            BPF_ARRAY(seen, u64, 1);
            int f(struct bpf_perf_event_data *ctx) { if (bpf_get_current_pid_tgid() >> 32 == PID) seen.increment(0); return 0; }
            """, cflags=OURS)
        b.attach_perf_event(ev_type=PerfType.SOFTWARE, ev_config=PerfSWConfig.PAGE_FAULTS, fn_name="f",
                            sample_period=1, pid=os.getpid())
        with tempfile.TemporaryFile() as file:
            file.truncate(1 << 20)
            memory = mmap.mmap(file.fileno(), 1 << 20)
            for page in range(0, 1 << 20, 4096):
                memory[page] = 1
            memory.close()
        self.assertGreater(b["seen"][0].value, 0)
        b.detach_perf_event(PerfType.SOFTWARE, PerfSWConfig.PAGE_FAULTS)
        b.cleanup()

    def test_raw_tracepoints(self):
        b = BPF(text=r"""
            BPF_ARRAY(seen, u64, 1);
            RAW_TRACEPOINT_PROBE(sys_enter) {
                if (bpf_get_current_pid_tgid() >> 32 == PID)
                    seen.increment(0);
                return 0;
            }""", cflags=OURS)
        cause(1)
        self.assertGreater(b["seen"][0].value, 0)
        b.cleanup()

    @unittest.skipUnless(has_kprobes() or not MAY_SKIP, "this kernel has no kprobes")
    def test_kprobes(self):
        b = BPF(text=r"""
            #include <uapi/linux/ptrace.h>
            BPF_HASH(seen, int, int);
            int syscall__getpgid(struct pt_regs *ctx, int pid) {
                int key = 0;
                if (bpf_get_current_pid_tgid() >> 32 == PID) seen.update(&key, &pid);
                return 0;
            }
            int done(struct pt_regs *ctx) {
                int key = 1, value = PT_REGS_RC(ctx);
                if (bpf_get_current_pid_tgid() >> 32 == PID) seen.update(&key, &value);
                return 0;
            }
            int kprobe__sys_getsid(void *ctx) {
                int key = 2;
                if (bpf_get_current_pid_tgid() >> 32 == PID) seen.update(&key, &key);
                return 0;
            }""", cflags=OURS)
        name = b.get_syscall_fnname("getpgid")
        b.attach_kprobe(event=name, fn_name="syscall__getpgid")
        b.attach_kretprobe(event=name, fn_name="done", maxactive=64)
        self.assertEqual(b.num_open_kprobes(), 3)
        cause(0)
        os.getsid(0)
        self.assertEqual({k.value: v.value for k, v in b["seen"].items()}, {0: 0, 1: os.getpgid(0), 2: 2})
        b.detach_kprobe(name)
        b.detach_kretprobe(name)
        b["seen"].clear()
        cause(0)
        self.assertEqual([k.value for k in b["seen"].keys()], [])
        with Stderr(), self.assertRaisesRegex(Exception, "Failed to attach BPF program"):
            b.attach_kprobe(event="no_such_function", fn_name="done")
        b.cleanup()
        with open("/sys/kernel/tracing/kprobe_events") as events:
            self.assertNotIn("bcc", events.read())

    @unittest.skipIf(has_kprobes(), "this kernel has kprobes")
    def test_without_kprobes_the_tracepoints_of_a_system_call_stand_in(self):
        b = BPF(text=r"""
            BPF_HASH(seen, int, u64);
            static int count(int key) { if (bpf_get_current_pid_tgid() >> 32 == PID) seen.increment(key); return 0; }
            int enter(void *ctx) { return count(1); }
            int leave(void *ctx) { return count(2); }
            int kprobe__sys_getsid(void *ctx) { return count(3); }
            int reads(struct pt_regs *ctx) { return PT_REGS_RC(ctx) == 1; }""", cflags=OURS)
        name = b.get_syscall_fnname("getpgid")
        with Stderr() as err:
            b.attach_kprobe(event=name, fn_name="enter")
            b.attach_kretprobe(event=name, fn_name="leave")
        self.assertIn("tracepoint syscalls:sys_enter_getpgid instead of " + name.decode(), err.text)
        self.assertIn("tracepoint syscalls:sys_exit_getpgid instead of " + name.decode(), err.text)
        self.assertEqual(b.num_open_kprobes(), 3)
        for _ in range(2):
            cause(0)
        os.getsid(0)
        self.assertEqual({k.value: v.value for k, v in b["seen"].items()}, {1: 2, 2: 2, 3: 1})
        b.detach_kprobe(name)
        cause(0)
        self.assertEqual({k.value: v.value for k, v in b["seen"].items()}, {1: 2, 2: 3, 3: 1})
        for event, fn_name, why in ((name, "reads", "reads registers"), ("vfs_read", "enter", "no kprobes"),
                                    (name + b"_none", "enter", "has no event sys_enter_getpgid_none")):
            with Stderr() as err, self.assertRaisesRegex(Exception, "Failed to attach BPF program"):
                b.attach_kretprobe(event=event, fn_name=fn_name) if fn_name == "reads" else \
                    b.attach_kprobe(event=event, fn_name=fn_name)
            self.assertIn(why, err.text)
        b.cleanup()

    @unittest.skipIf(has_kprobes(), "this kernel has kprobes")
    def test_without_kprobes_programs_of_nobody_cannot_be_attached(self):
        b = BPF(text="int f(void *ctx) { return 0; }")
        fd = os.dup(b.load_func("f", BPF.KPROBE).fd)
        b.cleanup()
        for descriptor in (fd, 0, -1):
            with Stderr() as err:
                self.assertEqual(lib.bpf_attach_kprobe(descriptor, 0, b"p_x", b"__x64_sys_getpgid", 0, 0), -1)
            self.assertIn("cannot attach kprobe, function __x64_sys_getpgid: ", err.text)
        os.close(fd)

    def test_hello_world(self):
        b = BPF(text=r'int hello(void *ctx) { bpf_trace_printk("Hello, World!\n"); return 0; }')
        b.attach_kprobe(event=b.get_syscall_fnname("execve"), fn_name="hello")

        def lines():
            while (line := b.trace_fields(nonblocking=True))[0]:
                yield line

        def is_told():
            child = subprocess.Popen(["/bin/true"])
            child.wait()
            return any(line[1] == child.pid and line[5] == b"Hello, World!" for line in lines())

        wait_for(is_told, lambda _: None)
        b.cleanup()

    @unittest.skipUnless(has_kprobes() or not MAY_SKIP, "this kernel cannot attach programs to functions")
    def test_kernel_functions_by_btf(self):
        b = BPF(text=r"""
            BPF_ARRAY(seen, u64, 2);
            KFUNC_PROBE(vfs_truncate) { if (bpf_get_current_pid_tgid() >> 32 == PID) seen.increment(0); return 0; }
            KRETFUNC_PROBE(vfs_truncate, void *path, long long length, long ret) {
                if (bpf_get_current_pid_tgid() >> 32 == PID && length == 4711 && !ret) seen.increment(1);
                return 0;
            }""", cflags=OURS)
        self.assertTrue(BPF.support_kfunc())
        with tempfile.NamedTemporaryFile() as file:
            os.truncate(file.name, 4711)
        self.assertEqual([v.value for v in b["seen"].values()], [1, 1])
        b.cleanup()


def in_network_of_its_own(test):
    """Runs a test in a child, in a network namespace whose loopback device is up."""
    def run(self):
        child = os.fork()
        if child:
            self.assertEqual(os.waitpid(child, 0)[1], 0)
            return
        try:
            if libc.unshare(0x40000000) != 0:  # CLONE_NEWNET
                raise OSError("no network namespace")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
                fcntl.ioctl(control, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
            test(self)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return run


class TestNetwork(unittest.TestCase):
    def send(self, text):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(text, ("127.0.0.1", 4711))

    @in_network_of_its_own
    def test_raw_sockets(self):
        b = BPF(text="int f(struct __sk_buff *skb) { return skb->len > 500 ? -1 : 0; }")
        f = b.load_func("f", BPF.SOCKET_FILTER)
        BPF.attach_raw_socket(f, "lo")
        with socket.fromfd(f.sock, socket.PF_PACKET, socket.SOCK_RAW) as receiver:
            receiver.settimeout(60)
            self.send(b"s" * 400)
            self.send(b"l" * 600)
            self.assertTrue(receiver.recv(4096).endswith(b"l" * 600))
        with Stderr() as err, self.assertRaisesRegex(Exception, "Failed to open raw device"):
            BPF.attach_raw_socket(b.load_func("f", BPF.SOCKET_FILTER), "none")
        self.assertIn("binding a raw socket to none: No such device", err.text)
        b.cleanup()

    @in_network_of_its_own
    def test_xdp(self):
        b = BPF(text="BPF_ARRAY(seen, u64, 1); int f(struct xdp_md *ctx) { seen.increment(0); return XDP_PASS; }")
        f = b.load_func("f", BPF.XDP)
        b.attach_xdp("lo", f, BPF.XDP_FLAGS_SKB_MODE)
        wait_for(lambda: b["seen"][0].value > 0, lambda _: self.send(b"x"))
        b.remove_xdp("lo", BPF.XDP_FLAGS_SKB_MODE)
        before = b["seen"][0].value
        self.send(b"x")
        self.assertEqual(b["seen"][0].value, before)
        with Stderr() as err, self.assertRaisesRegex(Exception, "Failed to attach BPF to device b'none'"):
            b.attach_xdp("none", f, 0)
        self.assertIn("attaching to none: No such device", err.text)
        b.cleanup()


class TestSymbols(unittest.TestCase):
    def test_kernel_symbols(self):
        address = BPF.ksymname("schedule")
        self.assertNotEqual(address, -1)
        self.assertEqual(BPF.ksym(address), b"schedule")
        self.assertEqual(BPF.ksym(address + 4, show_module=True, show_offset=True), b"schedule+0x4 [kernel]")
        self.assertEqual(BPF.ksymname("no_such_symbol"), -1)

    def test_symbols_of_processes(self):
        address = ctypes.cast(libc.getpgid, ctypes.c_void_p).value
        self.assertIn(b"getpgid", BPF.sym(address, os.getpid()))
        self.assertRegex(BPF.sym(address, os.getpid(), show_module=True, show_offset=True), rb"getpgid\+0x0 \[libc")
        self.assertEqual(BPF.sym(8, os.getpid()), b"[unknown]")

    def test_cxx_names(self):
        with Target("cxx") as target:
            names = BPF.get_user_functions(target.path, "_ZN.*")
            self.assertTrue(names)
            name, at = [(n, a) for n, a in BPF.get_user_functions_and_addresses(target.path, "_ZN.*")][0]
            found = ctypes.c_ulonglong()
            cache = lib.bcc_symcache_new(target.process.pid, None)
            self.assertEqual(lib.bcc_symcache_resolve_name(cache, target.path.encode(), name, ctypes.byref(found)), 0)
            self.assertIn(b"::", BPF.sym(found.value, target.process.pid))
            self.assertEqual(BPF.sym(found.value, target.process.pid, demangle=False)[:3], b"_ZN")
            lib.bcc_free_symcache(cache, target.process.pid)

    def test_caches_of_one_process_do_not_need_each_other(self):
        found, symbol = ctypes.c_ulonglong(), bcc_symbol()
        with Target() as target:
            one, other = (lib.bcc_symcache_new(target.process.pid, None) for _ in range(2))
            self.assertEqual(lib.bcc_symcache_resolve_name(one, None, b"target_add", ctypes.byref(found)), 0)
        lib.bcc_free_symcache(one, -1)
        self.assertEqual(lib.bcc_symcache_resolve(other, found, ctypes.byref(symbol)), 0)
        self.assertEqual(symbol.name, b"target_add")
        lib.bcc_free_symcache(other, -1)

    def test_what_is_not_given_is_an_error(self):
        with Stderr():
            self.assertLess(lib.bpf_attach_xdp(None, -1, 0), 0)
            self.assertLess(lib.bpf_attach_tracepoint(-1, None, None), 0)
            self.assertLess(lib.bpf_attach_kprobe(-1, 0, None, None, 0, 0), 0)
            self.assertLess(lib.bpf_attach_uprobe(-1, 0, b"p", None, 0, -1), 0)
        self.assertLess(lib.bcc_resolve_symname(None, None, 0, 0, None, ctypes.byref(bcc_symbol())), 0)
        self.assertFalse(lib.bcc_procutils_which_so(None, 0))

    def test_places_in_files(self):
        symbol = bcc_symbol()
        self.assertEqual(lib.bcc_resolve_symname(b"c", b"getpgid", 0, 0, None, ctypes.byref(symbol)), 0)
        self.assertGreater(symbol.offset, 0)
        self.assertIn(b"libc", ctypes.cast(symbol.module, ctypes.c_char_p).value)
        lib.bcc_procutils_free(symbol.module)
        self.assertLess(lib.bcc_resolve_symname(b"c", b"nothing_like_that", 0, 0, None, ctypes.byref(symbol)), 0)
        self.assertFalse(symbol.module)

    def test_stacks(self):
        b = BPF(text=r"""
            #include <uapi/linux/ptrace.h>
            BPF_STACK_TRACE(stacks, 64);
            BPF_ARRAY(id, int, 1);
            int f(struct pt_regs *ctx) { int zero = 0, found = stacks.get_stackid(ctx, BPF_F_USER_STACK);
                id.update(&zero, &found); return 0; }""")
        with Target() as target:
            b.attach_uprobe(name=target.path, sym="target_add", fn_name="f", pid=target.process.pid)
            target.do("a")
            frames = [b.sym(a, target.process.pid) for a in b["stacks"].walk(b["id"][0].value)]
        self.assertEqual(frames[0], b"target_add")
        self.assertGreater(len(frames), 1)
        b.cleanup()

    def test_build_ids(self):
        b = BPF(text=r"""
            #include <uapi/linux/ptrace.h>
            BPF_STACK_TRACE_BUILDID(stacks, 64);
            BPF_ARRAY(id, int, 1);
            int f(struct pt_regs *ctx) { int zero = 0, found = stacks.get_stackid(ctx, BPF_F_USER_STACK);
                id.update(&zero, &found); return 0; }""")
        with Target() as target:
            BPF.add_module(target.path)
            b.attach_uprobe(name=target.path, sym="target_add", fn_name="f", pid=target.process.pid)
            target.do("a")
            frames = [b.sym(a, target.process.pid) for a in b["stacks"].walk(b["id"][0].value)]
        self.assertEqual(frames[0], b"target_add")
        b.cleanup()

    def test_languages(self):
        self.assertEqual(ctypes.cast(lib.bcc_procutils_language(os.getpid()), ctypes.c_char_p).value, b"python")
        with Target() as target:
            language = lib.bcc_procutils_language(target.process.pid)
            self.assertEqual(ctypes.cast(language, ctypes.c_char_p).value, b"c")

    def test_what_the_kernel_has(self):
        self.assertEqual(BPF.kernel_struct_has_field("task_struct", "pid"), 1)
        self.assertEqual(BPF.kernel_struct_has_field("task_struct", "nothing"), 0)
        self.assertEqual(BPF.kernel_struct_has_field("nothing", "pid"), -1)
        self.assertEqual(lib.kernel_enum_has_val(b"bpf_map_type", b"BPF_MAP_TYPE_HASH"), 1)
        self.assertEqual(lib.kernel_enum_has_val(b"bpf_map_type", b"NOTHING"), 0)

    def test_memory_is_given_back(self):
        def in_files():
            with open("/proc/self/status") as file:
                return int(next(line for line in file if line.startswith("RssFile")).split()[1])

        text = "int f(void *ctx) { return 0; }"
        b = BPF(text=text)
        before = in_files()
        self.assertEqual(b.free_bcc_memory(), 0)
        self.assertLess(in_files(), before - 1024)  # KiB: much of the compiler
        b.cleanup()
        BPF(text=text).cleanup()  # as good as before


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
