# SPDX-License-Identifier: Apache-2.0
"""Takes memory and does not give it back."""
import ctypes
import time

malloc = ctypes.CDLL("libc.so.6").malloc
while True:
    malloc(4711)
    time.sleep(0.1)
