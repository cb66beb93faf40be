#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs BCC's tools one after the other and tells what came of each, a line of JSON behind "RESULT " for each:

    drive.py [--start SECONDS] [--events SECONDS] TOOL...

on the library that LD_LIBRARY_PATH leads to. A tool has started when what it has attached does not grow any more; then
its event is caused, again and again, until the tool shows it. What tools and events need (guest.sh) is made only in a virtual
machine."""
import argparse
import ctypes
import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

from screen import drawn

HERE = os.path.dirname(os.path.abspath(__file__))
ATTACHED = re.compile(r"anon_inode:(\[perf_event\]|bpf_link|bpf-raw-tracepoint)")
IN_TERMINAL = ("cachetop",)


def cases():
    with open(os.path.join(HERE, "tools")) as file:
        for line in file:
            if not line.startswith("#"):
                fields = re.split(r"(?<!\\)\|", line.rstrip("\n"), maxsplit=3)
                name, arguments, event, pattern = (field.replace("\\|", "|").strip() for field in fields)
                name, _, needs = name.partition(":")
                yield name, needs.split(",") if needs else [], arguments, event, pattern


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


def processor_time(pids):
    """Of all of them, and of their children that have ended, in seconds."""
    ticks = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as file:
                ticks += sum(int(field) for field in file.read().rpartition(")")[2].split()[11:15])
        except OSError:
            pass
    return ticks / os.sysconf("SC_CLK_TCK")


class Tool:
    def __init__(self, name, arguments, environment):
        path = f"/usr/sbin/{name}-bpfcc"
        command = [path] + shlex.split(os.path.expandvars(arguments))
        if name in IN_TERMINAL:
            command = ["script", "-qec", "stty rows 50 columns 160; exec " + shlex.join(command), "/dev/null"]
        if os.path.exists(environment["COMPILE_TIMES"]):
            os.unlink(environment["COMPILE_TIMES"])
        self.name = name
        self.file = tempfile.TemporaryFile()
        self.began = time.monotonic()
        self.peak = 0
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.file, stderr=subprocess.STDOUT,
                                        env=environment, start_new_session=True)

    def output(self):
        text = os.pread(self.file.fileno(), 1 << 20, 0).decode(errors="replace")
        return drawn(text) if self.name in IN_TERMINAL else text

    def ended(self):
        return self.process.poll() is not None

    def look(self):
        pids = descendants(self.process.pid)
        self.peak = max(self.peak, memory(pids))
        return attached(pids), processor_time(pids)

    def wait_for_start(self, limit, quiet):
        """Seconds until the last thing was attached, by the clock and by the processor; None: nothing was."""
        last, used, count = None, None, 0
        while not self.ended() and time.monotonic() - self.began < limit:
            now, (found, processor) = time.monotonic(), self.look()
            if found > count:
                last, used, count = now, processor, found
            if last is not None and now - last > quiet:
                break
            time.sleep(0.05)
        return (None, None) if last is None else (last - self.began, used)

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


def shell(command, environment, limit):
    """What it prints; commands may use the functions of guest.sh."""
    script = f". {shlex.quote(os.path.join(HERE, 'guest.sh'))}; {command}"
    try:
        return subprocess.run(["sh", "-c", script], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=limit, check=False, text=True, errors="replace").stdout
    except subprocess.TimeoutExpired:
        return ""


def need(name, environment):
    """Makes what tools need, and adds the variables that it prints."""
    for line in shell(f"need_{name}", environment, 400).splitlines():
        found = re.fullmatch(r"([A-Z]+)=(.*)", line)
        if found:
            environment[found[1]] = os.environ[found[1]] = found[2]


def compile_times(path):
    """The sum of all that were compiled, by the clock and by the processor."""
    try:
        with open(path) as file:
            times = [[float(number) for number in line.split()] for line in file]
    except OSError:
        times = []
    return [sum(column) for column in zip(*times)][:2] or [None, None]


def seen(tool, pattern):
    return bool(re.search(os.path.expandvars(pattern), tool.output(), re.M))


def run(case, options, environment, clean):
    name, needs, arguments, event, pattern = case
    tool = Tool(name, arguments, environment)
    start, processor = tool.wait_for_start(options.start, options.quiet)
    until = time.monotonic() + (options.events if start is not None else 0)
    least = time.monotonic() + (1 if start is not None else 0)
    caused = 0
    while not tool.ended() and time.monotonic() < until and not ("interrupt" in needs and caused == 3):
        if event != "-":
            shell(event, clean, 60)
        caused += 1
        if time.monotonic() > least and seen(tool, pattern):
            break
        time.sleep(0.3)
    before = tool.ended()
    status = tool.end()
    compiled, compiled_processor = compile_times(environment["COMPILE_TIMES"])
    output = tool.output()
    return {"tool": name, "start": start, "processor": processor, "compile": compiled,
            "compile_processor": compiled_processor, "peak": tool.peak, "seen": seen(tool, pattern), "status": status,
            "ended": before, "pattern": os.path.expandvars(pattern), "output": output[:20000] + output[20000:][-20000:]}


def hold_map():
    """A map of BPF that is open for as long as we run, for those who look who uses BPF."""
    attributes = (ctypes.c_uint32 * 32)(2, 4, 4, 1)  # an array, of keys and values of four bytes, one
    return ctypes.CDLL(None).syscall(321, 0, attributes, 128)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=float, default=60, metavar="SECONDS", help="for a tool to start")
    parser.add_argument("--events", type=float, default=20, metavar="SECONDS", help="for its event to be seen")
    parser.add_argument("--quiet", type=float, default=0.7, metavar="SECONDS", help="without anything new attached")
    parser.add_argument("tools", nargs="+", metavar="TOOL")
    options = parser.parse_args()
    target = subprocess.Popen(["sleep", "100000"])
    _, terminal = pty.openpty()
    hold_map()
    os.environ.update(TARGET=str(target.pid), TTY=os.ttyname(terminal), PORT="4711", TERM="xterm", HERE=HERE)
    clean = {key: value for key, value in os.environ.items() if key not in ("LD_LIBRARY_PATH", "CPATH")}
    os.environ.update(PYTHONUNBUFFERED="1", PYTHONPATH=os.path.join(HERE, "measure"),
                      COMPILE_TIMES=os.path.join(tempfile.gettempdir(), "compile-times"))
    made = set()
    for case in cases():
        if case[0] in options.tools:
            for name in case[1] if os.path.exists("/run/vm") else []:
                if name not in made and name != "interrupt":
                    need(name, clean)
                    made.add(name)
            print("RESULT " + json.dumps(run(case, options, dict(os.environ), clean)), flush=True)
    target.kill()


if __name__ == "__main__":
    sys.exit(main())
