# SPDX-License-Identifier: Apache-2.0
"""The captured texts, and corpus-compile run on one of them."""
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


def capture(folder, btf="/sys/kernel/btf/vmlinux"):
    """Captures, if that has not been done. Ends the program if there is nothing to capture."""
    if glob.glob(os.path.join(folder, "*.c")):
        return
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


def compile_text(build, text, *options):
    """Runs corpus-compile: {"result": PASS, COMPILE, LOAD or CRASH, "reason", figures}."""
    program = os.path.join(build, "tests", "corpus-compile")
    flags = [word for flag in text.cflags for word in ("-f", flag)]
    functions = ["%s=%s" % (name, kind) for name, kind in text.functions]
    try:
        done = subprocess.run([program, *options, *flags, text.path, *functions], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return {"result": "CRASH", "reason": "no end after %d s" % TIMEOUT}
    lines = done.stdout.decode("utf-8", "replace").splitlines() or [""]
    if done.returncode not in (0, 1, 2):
        return {"result": "CRASH", "reason": "status %d: %s" % (done.returncode, lines[-1])}
    figures = {key: float(value) for key, value in re.findall(r"(\w+)=([\d.]+)", lines[0])} if len(lines) > 1 else {}
    result, _, reason = lines[-1].partition(" ")
    return {"result": result, "reason": reason, **figures}
