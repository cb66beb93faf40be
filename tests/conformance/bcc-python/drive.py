#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs BCC's tools one after the other and tells what came of each, a line of JSON behind "RESULT " for each:

    drive.py [--start SECONDS] [--events SECONDS] TOOL...

on the library that LD_LIBRARY_PATH leads to. A tool has started when what it has attached does not grow any more; then
its event is caused, again and again, until the tool shows it."""
import argparse
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ATTACHED = re.compile(r"anon_inode:(\[perf_event\]|bpf_link|bpf-raw-tracepoint)")
IN_TERMINAL = ("cachetop",)


def cases():
    with open(os.path.join(HERE, "tools")) as file:
        for line in file:
            if not line.startswith("#"):
                fields = re.split(r"(?<!\\)\|", line.rstrip("\n"), maxsplit=3)
                # The last field is a regular expression: its own bars stay.
                name, arguments, event = (field.replace("\\|", "|").strip() for field in fields[:3])
                yield name, arguments, event, fields[3].strip()


def descendants(pid):
    children = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(entry))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def attached(pids):
    """How much they have attached."""
    count = 0
    for pid in pids:
        try:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                count += bool(ATTACHED.match(os.readlink(f"/proc/{pid}/fd/{fd}")))
        except OSError:
            pass
    return count


def memory(pids):
    """The most that any of them has had, in KiB."""
    peak = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/status") as file:
                peak = max([peak] + [int(n) for n in re.findall(r"VmHWM:\s+(\d+)", file.read())])
        except OSError:
            pass
    return peak


class Tool:
    def __init__(self, name, arguments, environment):
        path = f"/usr/sbin/{name}-bpfcc"
        command = [path] + shlex.split(os.path.expandvars(arguments))
        if name in IN_TERMINAL:
            command = ["script", "-qec", shlex.join(command), "/dev/null"]
        self.file = tempfile.TemporaryFile()
        self.began = time.monotonic()
        self.peak = 0
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.file, stderr=subprocess.STDOUT,
                                        env=environment, start_new_session=True)

    def output(self):
        return os.pread(self.file.fileno(), 1 << 20, 0).decode(errors="replace")

    def ended(self):
        return self.process.poll() is not None

    def look(self):
        pids = descendants(self.process.pid)
        self.peak = max(self.peak, memory(pids))
        return attached(pids)

    def wait_for_start(self, limit, quiet):
        """Seconds until the last thing was attached; None: nothing was."""
        last, count = None, 0
        while not self.ended() and time.monotonic() - self.began < limit:
            now, found = time.monotonic(), self.look()
            if found > count:
                last, count = now, found
            if last is not None and now - last > quiet:
                break
            time.sleep(0.02)
        return None if last is None else last - self.began

    def end(self):
        for number, seconds in ((signal.SIGINT, 20), (signal.SIGTERM, 5), (signal.SIGKILL, 5)):
            if self.ended():
                break
            self.look()
            for pid in reversed(descendants(self.process.pid)):
                try:
                    os.kill(pid, number)
                except OSError:
                    pass
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                pass
        return self.process.wait()


def cause(event, environment):
    subprocess.run(["sh", "-c", OOM_KILL + event], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=60, check=False)


# A process that takes more than its group may.
OOM_KILL = """oom_kill() {
    g=/sys/fs/cgroup/oom; echo +memory >/sys/fs/cgroup/cgroup.subtree_control
    mkdir -p $g; echo 8M >$g/memory.max; echo 0 >$g/memory.swap.max
    sh -c "echo \\$\\$ >$g/cgroup.procs; exec tail /dev/zero"; }
"""


def seen(tool, pattern):
    return bool(re.search(os.path.expandvars(pattern), tool.output(), re.M))


def run(case, options, environment, clean):
    name, arguments, event, pattern = case
    tool = Tool(name, arguments, environment)
    start = tool.wait_for_start(options.start, options.quiet)
    until = time.monotonic() + (options.events if start is not None else 0)
    least = time.monotonic() + (1 if start is not None else 0)
    while not tool.ended() and time.monotonic() < until:
        if event != "-":
            cause(event, clean)
        if time.monotonic() > least and seen(tool, pattern):
            break
        time.sleep(0.3)
    before = tool.ended()
    status = tool.end()
    return {"tool": name, "start": start, "peak": tool.peak, "seen": seen(tool, pattern), "status": status,
            "ended": before, "output": tool.output()[-20000:]}


def prepare_guest():
    """A file system on a disk, and the kernel's modules that tools trace; in the virtual machine only."""
    for module in ("loop", "ext4", "btrfs", "xfs", "nfs", "kvm", "md_mod"):
        subprocess.run(["/run/vm/modprobe", module], stderr=subprocess.DEVNULL, check=False)
    subprocess.run(["sh", "-ec", """
        truncate -s 64M /run/disk && mkfs.ext4 -q /run/disk && losetup /dev/loop0 /run/disk
        mkdir /run/ext4 && mount /dev/loop0 /run/ext4 && dd if=/dev/zero of=/run/ext4/data bs=4k count=64
        """], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=float, default=60, metavar="SECONDS", help="for a tool to start")
    parser.add_argument("--events", type=float, default=20, metavar="SECONDS", help="for its event to be seen")
    parser.add_argument("--quiet", type=float, default=0.7, metavar="SECONDS", help="without anything new attached")
    parser.add_argument("tools", nargs="+", metavar="TOOL")
    options = parser.parse_args()
    if os.path.exists("/run/vm"):
        prepare_guest()
    target = subprocess.Popen(["sleep", "100000"])
    clean = {key: value for key, value in os.environ.items() if key not in ("LD_LIBRARY_PATH", "CPATH")}
    os.environ.update(TARGET=str(target.pid), PORT="4711", PYTHONUNBUFFERED="1", TERM="xterm")
    clean.update(TARGET=str(target.pid), PORT="4711")
    for case in cases():
        if case[0] in options.tools:
            print("RESULT " + json.dumps(run(case, options, dict(os.environ), clean)), flush=True)
    target.kill()


if __name__ == "__main__":
    sys.exit(main())
