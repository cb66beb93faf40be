# SPDX-License-Identifier: Apache-2.0
"""Python runs this first when its folder is in PYTHONPATH: a line in the file $COMPILE_TIMES for every program that the
library compiles, the seconds of the clock and of the processor."""
import os
import time


def measured(compile_program, path):
    def call(*arguments):
        clock, processor = time.monotonic(), time.process_time()
        try:
            return compile_program(*arguments)
        finally:
            with open(path, "a") as file:
                print(time.monotonic() - clock, time.process_time() - processor, file=file)
    return call


def measure(path):
    from bcc.libbcc import lib
    for name in ("bpf_module_create_c", "bpf_module_create_c_from_string"):
        setattr(lib, name, measured(getattr(lib, name), path))


if "COMPILE_TIMES" in os.environ:
    measure(os.environ["COMPILE_TIMES"])
