# SPDX-License-Identifier: Apache-2.0
"""Calls a function, and collects what is left."""
import gc
import time


def marker(value):
    return [value]


while True:
    marker(1)
    gc.collect()
    time.sleep(0.2)
