# SPDX-License-Identifier: Apache-2.0
"""Python runs this first when its folder is in PYTHONPATH: a line in the file $COMPILE_TIMES for every program that the
library compiles: seconds of the clock and of the processor, and the processor's since the process began. With $COMPILE_ONLY the
process ends then."""
import os
import time


def measured(compile_program, path):
    def call(*arguments):
        clock, processor = time.monotonic(), time.process_time()
        module = compile_program(*arguments)
        clock, processor = time.monotonic() - clock, time.process_time() - processor
        if module:
            with open(path, "a") as file:
                print(clock, processor, time.process_time(), file=file)
        if "COMPILE_ONLY" in os.environ:
            os._exit(0)
        return module
    return call


def measure(path):
    from bcc.libbcc import lib
    for name in ("bpf_module_create_c", "bpf_module_create_c_from_string"):
        setattr(lib, name, measured(getattr(lib, name), path))


if "COMPILE_TIMES" in os.environ:
    measure(os.environ["COMPILE_TIMES"])
