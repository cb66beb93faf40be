# SPDX-License-Identifier: Apache-2.0
"""The captured texts, and a compiler run on one of them."""
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


def cache(kernel):
    """Where the corpus for a kernel is kept."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.environ.get("HOME", "/root"), ".cache")
    return os.path.join(base, "cbcc", "corpus", kernel)


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


def run_on_text(program, text, functions=(), environment=None):
    """Runs a program with the text's flags and path, and these functions. It prints as corpus-compile does.
    {"result": PASS, COMPILE, LOAD or CRASH, "reason", figures}"""
    command = program + [word for flag in text.cflags for word in ("-f", flag)] + [text.path]
    command += ["%s=%s" % (name, kind) for name, kind in functions]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=TIMEOUT, env=environment, check=False)
    except subprocess.TimeoutExpired:
        return {"result": "CRASH", "reason": "no end after %d s" % TIMEOUT}
    lines = done.stdout.decode("utf-8", "replace").splitlines() or [""]
    if done.returncode not in (0, 1, 2):
        return {"result": "CRASH", "reason": "status %d: %s" % (done.returncode, lines[-1])}
    figures = {key: float(value) for line in lines[-2:-1] for key, value in re.findall(r"(\w+)=([\d.]+)", line)}
    result, _, reason = lines[-1].partition(" ")
    return {"result": result, "reason": reason, **figures}
