# SPDX-License-Identifier: Apache-2.0
"""The captured texts, and a compiler run on one of them."""
import ctypes
import glob
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
TIMEOUT = 60
MISSING = 77
PINS = "/sys/fs/bpf/cbcc-corpus-*"


def cache(kernel):
    """Where the corpus for a kernel is kept."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.environ.get("HOME", "/root"), ".cache")
    return os.path.join(base, "cbcc", "corpus", kernel)


def mount_bpffs():
    """Some texts pin maps. Without a BPF file system, the program goes on with one that nobody else sees."""
    with open("/proc/mounts") as mounts:
        if any(line.split()[1:3] == ["/sys/fs/bpf", "bpf"] for line in mounts):
            return
    script = 'mount -t bpf bpf /sys/fs/bpf && exec "$@"'
    os.execvp("unshare", ["unshare", "-m", "sh", "-c", script, "sh", sys.executable, "-B"] + sys.argv)


def pin_maps(found):
    """Makes the maps that texts want to find pinned."""
    libbcc = ctypes.CDLL("libbcc.so.0")
    for text in found:
        with open(text.path) as file:
            declared = re.findall(r'BPF_TABLE_PINNED\("hash", (\w+), (\w+), \w+, (\d+), "([^"]*)"\)', file.read())
        for key, value, entries, path in declared:
            if not os.path.exists(path):
                sizes = [4 if kind == "u32" else 8 for kind in (key, value)]
                fd = libbcc.bcc_create_map(1, b"pinned", *sizes, int(entries), 0)  # BPF_MAP_TYPE_HASH
                libbcc.bpf_obj_pin(fd, path.encode())
                os.close(fd)


def remove_pins():
    for path in glob.glob(PINS):
        os.unlink(path)


def bcc_environment():
    """What BCC's process needs to find kernel headers."""
    done = subprocess.run([os.path.join(TREE, "tests/bench/bcc-environment")], stdout=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode:
        sys.exit("BCC has no kernel headers: run tests/bench/startup/deps")
    return dict(os.environ, **dict(line.split("=", 1) for line in done.stdout.splitlines()))


def is_captured(folder):
    """Whether the folder has the texts that capture, as it is now, writes."""
    made_by = [os.path.join(HERE, name) for name in ("capture", "options", "recorder.py", "btf.py")]
    written = [os.path.getmtime(path) for path in glob.glob(os.path.join(folder, "*.c"))]
    return bool(written) and min(written) >= max(map(os.path.getmtime, made_by))


def capture(folder, btf="/sys/kernel/btf/vmlinux"):
    """Captures, if that has not been done. Ends the program if there is nothing to capture."""
    if is_captured(folder):
        return
    for path in glob.glob(os.path.join(folder, "*.json")):
        os.unlink(path)
        if os.path.exists(path.removesuffix(".json") + ".c"):
            os.unlink(path.removesuffix(".json") + ".c")
    status = subprocess.call([os.path.join(HERE, "capture"), "--btf", btf, folder])
    if status:
        sys.exit(status)


def capture_on(kernel, folder):
    """The same for a kernel that tests/vm/run has, whose BTF is kept beside the folder."""
    if is_captured(folder):
        return
    btf = folder + ".btf"
    os.makedirs(os.path.dirname(btf), exist_ok=True)
    with open(btf, "wb") as out:
        status = subprocess.call([os.path.join(TREE, "tests/vm/run"), kernel, "--", "cat", "/sys/kernel/btf/vmlinux"],
                                 stdout=out)
    if status:
        sys.exit(status)
    capture(folder, btf)


class Text:
    def __init__(self, path):
        self.path, self.name = path, os.path.basename(path).removesuffix(".c")
        with open(path.removesuffix(".c") + ".json") as f:
            item = json.load(f)
        self.cflags, self.functions = item["cflags"], item["functions"]


def texts(folder, only="", sample=0):
    """Those whose names match; with sample, about so many, evenly spread."""
    found = [Text(path) for path in sorted(glob.glob(os.path.join(folder, "*.c")))]
    found = [text for text in found if re.search(only, text.name)]
    if sample and sample < len(found):
        found = [found[i * len(found) // sample] for i in range(sample)]
    return found


def run_on_text(program, text, functions=(), environment=None, timeout=TIMEOUT):
    """Runs a program with the text's flags and path, and these functions. It prints as corpus-compile does.
    {"result": PASS, COMPILE, LOAD or CRASH, "reason", figures}"""
    command = program + [word for flag in text.cflags for word in ("-f", flag)] + [text.path]
    command += ["%s=%s" % (name, kind) for name, kind in functions]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=timeout, env=environment, check=False)
    except subprocess.TimeoutExpired:
        return {"result": "CRASH", "reason": "no end after %d s" % timeout}
    lines = done.stdout.decode("utf-8", "replace").splitlines() or [""]
    if done.returncode not in (0, 1, 2):
        return {"result": "CRASH", "reason": "status %d: %s" % (done.returncode, lines[-1])}
    figures = {key: float(value) for line in lines[-2:-1] for key, value in re.findall(r"(\w+)=([\d.]+)", line)}
    result, _, reason = lines[-1].partition(" ")
    return {"result": result, "reason": reason, **figures}
