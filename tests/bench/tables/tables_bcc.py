#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""BCC's part of bench-tables: for every line on standard input measures once, and prints the entries and their sum, then wall
and processor time, in milliseconds, of items(), items_lookup_batch() and print_log2_hist()."""
import contextlib
import ctypes
import os
import sys
import time

from bcc import BPF

DIRECTORY = os.environ["CBCC_BENCH_MAPS"]
TEXT = """
struct slot { u64 pid, slot; };
BPF_TABLE_PINNED("hash", u64, u64, counts, 1000000, "%s/counts");
BPF_TABLE_PINNED("percpu_hash", struct slot, u64, latencies, 65536, "%s/latencies");
""" % (DIRECTORY, DIRECTORY)


def timed(function):
    wall, cpu = time.perf_counter(), time.process_time()
    result = function()
    cpu = time.process_time() - cpu
    return result, "%.3f %.3f" % ((time.perf_counter() - wall) * 1e3, cpu * 1e3)


def add(x, y):
    return ctypes.c_ulonglong(getattr(x, "value", x) + getattr(y, "value", y))


def main():
    b = BPF(text=TEXT)
    counts = b["counts"]
    latencies = b.get_table("latencies", reducer=add)
    nowhere = open(os.devnull, "w")

    def items():
        return [(key, leaf) for key, leaf in counts.items()]

    def batch():
        return [(key, leaf) for key, leaf in counts.items_lookup_batch()]

    def histogram():
        with contextlib.redirect_stdout(nowhere):
            latencies.print_log2_hist()

    for _ in sys.stdin:
        found, items_ms = timed(items)
        total = sum(leaf.value for _, leaf in found)
        count = len(found)
        del found
        found, batch_ms = timed(batch)
        assert len(found) == count
        del found
        print(count, total, items_ms, batch_ms, timed(histogram)[1], flush=True)


main()
