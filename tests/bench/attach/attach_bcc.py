#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The same with BCC."""
import sys
import time

from bcc import BPF

b = BPF(text="int f(void *ctx) { return 0; }")
begin = time.monotonic()
b.attach_kprobe(event_re=sys.argv[1], fn_name="f")
attached = time.monotonic()
count = b.num_open_kprobes()
b.cleanup()
print(count, "%.1f %.1f" % ((attached - begin) * 1e3, (time.monotonic() - attached) * 1e3))
