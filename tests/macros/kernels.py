# SPDX-License-Identifier: Apache-2.0
"""Programs as two compilers see them on one kernel: clang with that kernel's headers, given as BCC gives them, and
cbcc with that kernel's BTF, configuration and version. Neither needs the kernel to run."""
import glob
import os
import re
import subprocess
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
CLANG = os.environ.get("CLANG", "clang-19")
PREPROCESSED, IR = 4, 1  # of enum cbcc_debug

# What stands before every program in BCC.
FORCED = """#include <uapi/linux/bpf.h>
#undef asm_volatile_goto
#define asm_volatile_goto(x...) asm volatile("")
#include <uapi/linux/if_packet.h>
#include <linux/types.h>
#include <linux/version.h>
#include <linux/log2.h>
#include <asm/page.h>
"""
FLAGS = ("-nostdinc -w -O2 -std=gnu11 -ferror-limit=0 -fms-extensions -fno-stack-protector -fno-caret-diagnostics "
         "-D__KERNEL__ -D__BPF_TRACING__ -DCC_USING_FENTRY").split() + ['-DKBUILD_MODNAME="bcc"']
# cbcc looks for the kernel's files where a running kernel has them: there they are put, for one process.
AS_KERNEL = """
mount --bind "$1" /sys/kernel/btf/vmlinux
if [ -e /proc/config.gz ]; then mount --bind "$2" /proc/config.gz
else mount -t tmpfs none /boot && cp "$2" "/boot/config-$(uname -r)"; fi
shift 2
exec "$@"
"""


class Missing(Exception):
    """What this machine lacks."""


def cache(*path):
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.environ.get("HOME", "/root"), ".cache")
    return os.path.join(base, "cbcc", *path)


def run(command, text=None, **options):
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                          **options)


def header_folders(series):
    """Where the headers of a series are installed, or else unpacked: the half that the build made, and the source."""
    for root in ("/", cache("kernels", series + ".headers")):
        for made in sorted(glob.glob(os.path.join(root, "usr/src/linux-headers-%s.*-amd64" % series))):
            with open(os.path.join(made, "Makefile")) as makefile:
                source = re.search(r"/usr/src/linux-headers-\S*-common", makefile.read())
            if source:
                return made, root.rstrip("/") + source[0]
    return None


def find_headers(series):
    found = header_folders(series)
    if not found:
        fetched = run([os.path.join(TREE, "tests/vm/kernel"), "headers", series])
        found = header_folders(series) if fetched.returncode == 0 else None
        if not found:
            raise Missing("no headers of Linux %s: %s" % (series, fetched.stderr.strip()))
    return found


def find_btf(series):
    """As the corpus for that kernel has it."""
    path = cache("corpus", series + ".btf")
    if os.path.exists(path) and os.path.getsize(path):
        return path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        if subprocess.call([os.path.join(TREE, "tests/vm/run"), series, "--", "cat", "/sys/kernel/btf/vmlinux"],
                           stdout=out):
            raise Missing("no BTF of Linux " + series)
    return path


class Kernel:
    def __init__(self, series, build):
        self.made, self.source = find_headers(series)
        self.btf = find_btf(series)
        self.program = os.path.join(build, "tests", "compile-for")
        if not os.path.exists(self.program):
            raise Missing("there is no tests/compile-for in " + build)
        with open(os.path.join(self.made, "include/generated/uapi/linux/version.h")) as version:
            numbers = dict(re.findall(r"LINUX_VERSION_(\w+) (\d+)", version.read()))
        self.release = "%s.%s.%s" % tuple(self.version(numbers))
        self.folder = tempfile.TemporaryDirectory(prefix="cbcc-macros-")
        self.forced = self.write("forced.h", FORCED)
        os.mkdir(os.path.join(self.folder.name, "bcc"))
        for name in ("proto.h", "helpers.h", "bpf.h"):  # what BCC has in them stands before every program
            self.write("bcc/" + name, "")
        self.builtin = run([CLANG, "-print-resource-dir"]).stdout.strip() + "/include"

    @staticmethod
    def version(numbers):
        code = int(numbers["CODE"])
        return numbers.get("MAJOR", code >> 16), numbers.get("PATCHLEVEL", code >> 8 & 255), numbers.get(
            "SUBLEVEL", code & 255)

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, "w") as out:
            out.write(text)
        return path

    def write_text(self, text):
        return self.write("%d.text.c" % threading.get_ident(), text)

    def clang(self, text, *arguments):
        """Of a text with the kernel's headers: standard output and errors."""
        pairs = [(folder, below + api) for api in ("", "/uapi") for folder, below in (
            (self.source, "/arch/x86/include"), (self.made, "/arch/x86/include/generated"), (self.source, "/include"),
            (self.made, "/include"), (self.made, "/include/generated")) if api or below != "/include/generated"]
        command = [CLANG] + FLAGS + ["-I" + folder + path for folder, path in pairs] + ["-I" + self.folder.name]
        command += ["-idirafter", self.builtin, "-include", self.source + "/include/linux/kconfig.h"]
        command += ["-include", self.forced] + list(arguments)
        done = run(command + ["-o", "-", self.write_text(text)])
        return done.stdout, done.stderr

    def cbcc(self, text, debug, cflags=()):
        """The same of cbcc."""
        command = [self.program, "-k", self.release, "-d", str(debug)] + [w for flag in cflags for w in ("-f", flag)]
        script = ["unshare", "-m", "sh", "-ec", AS_KERNEL, "sh", self.btf, self.made + "/include/config/auto.conf"]
        done = run(script + command + [self.write_text(text)])
        if done.returncode not in (0, 1) or not (done.stdout or "error:" in done.stderr):
            raise Missing("cbcc cannot run here: " + done.stderr.strip())
        return done.stdout, done.stderr

    def real_values(self, expressions, includes):
        return evaluate(expressions, includes, lambda text: self.clang(text, "-S", "-emit-llvm"))

    def cbcc_values(self, expressions):
        return evaluate(expressions, "", lambda text: self.cbcc(text, IR, ("-ferror-limit", "0", "-w")))


def body(expression):
    """An expression, or "declarations | expression"."""
    before, _, value = expression.rpartition(" | ")
    return "{ %s; return (unsigned long long)(%s); }" % (before, value)


def evaluate(expressions, before, compiler):
    """{name: value} of {name: expression}: what an optimising compiler makes of them; what it does not compile, or not
    to a number, is left out."""
    names = sorted(expressions)
    while names:
        lines = ["unsigned long long v%d(void *ctx) %s" % (i, body(expressions[name])) for i, name in enumerate(names)]
        out, errors = compiler(before + "\n".join(lines) + "\n")
        wrong = {int(line) - before.count("\n") - 1 for line in re.findall(r"text\.c:(\d+)(?::\d+)?: error:", errors)}
        if not wrong:
            found = re.findall(r"^define [^\n]* @v(\d+)\([^\n]*\n(?:(?!\})[^\n]*\n)*?\s+ret i64 (-?\d+)[,\n]", out, re.M)
            if not found:
                raise Missing("nothing compiles: " + errors[:2000])
            return {names[int(i)]: int(value) & (1 << 64) - 1 for i, value in found}
        names = [name for i, name in enumerate(names) if i not in wrong]
    return {}


def defined(names, preprocessed):
    """Which of the names a text made by questions() says to be defined."""
    yes = {int(i) for i in re.findall(r"^\s*#pragma cbcc_defined (\d+)", preprocessed, re.M)}
    return {name for i, name in enumerate(names) if i in yes}


def questions(names):
    return "".join("#ifdef %s\n#pragma cbcc_defined %d\n#endif\n" % (name, i) for i, name in enumerate(names))


def explanations(path):
    """{name: reason} of a file of lines "NAME[ NAME...]: reason"."""
    found = {}
    with open(path) as f:
        for line in f:
            names, colon, reason = line.partition(": ")
            if colon and not line.startswith("#"):
                found.update((name, reason.strip()) for name in names.split())
    return found
