# SPDX-License-Identifier: Apache-2.0
"""What the tests of BCC's Python package and of its library's calls have in common."""
import ctypes
import os
import subprocess
import tempfile

MAY_SKIP = "CBCC_TEST_NO_SKIP" not in os.environ
OURS = [f"-DPID={os.getpid()}"]
libc = ctypes.CDLL("libc.so.6")


def has_kprobes():
    return os.path.exists("/sys/bus/event_source/devices/kprobe/type")


def cause(value):
    """A system call with that argument."""
    libc.getpgid(value)


def wait_for(condition, poll):
    """Polls until it is so; what does not come in a minute does not come."""
    for _ in range(600):
        if condition():
            return
        poll(100)
    raise AssertionError("nothing came")


class Stderr:
    """What the process writes to its standard error, the library's included."""

    def __enter__(self):
        self.file = tempfile.TemporaryFile()
        self.saved = os.dup(2)
        os.dup2(self.file.fileno(), 2)
        return self

    def __exit__(self, *_):
        os.dup2(self.saved, 2)
        os.close(self.saved)
        self.file.seek(0)
        self.text = self.file.read().decode()


class Target:
    """A program to be traced (tests/targets)."""

    def __init__(self, name="pie"):
        folder = os.environ["CBCC_TEST_TARGETS"]
        self.path = f"{folder}/target-{name}"
        environment = {"LD_LIBRARY_PATH": folder}
        self.process = subprocess.Popen(
            [self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.do("-")

    def do(self, what):
        self.process.stdin.write(what.encode())
        self.process.stdin.flush()
        return self.process.stdout.read(1)[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
