# SPDX-License-Identifier: Apache-2.0
"""BCC's Python package with nothing behind it: what a tool would compile and load is written down, and what the tool
asks about the kernel is answered from a BTF. The tool ends where it would wait for its first event."""
import builtins
import curses
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import types
from unittest import mock

SECONDS = 4  # for a tool that neither ends nor waits

# BPF.attach_...: the program type, the position and the name of the argument that names the function
ATTACH = {
    "attach_kprobe": ("kprobe", 2, "fn_name"),
    "attach_kretprobe": ("kprobe", 1, "fn_name"),
    "attach_uprobe": ("kprobe", 4, "fn_name"),
    "attach_uretprobe": ("kprobe", 4, "fn_name"),
    "attach_tracepoint": ("tracepoint", 2, "fn_name"),
    "attach_raw_tracepoint": ("raw_tracepoint", 1, "fn_name"),
    "attach_perf_event": ("perf_event", 2, "fn_name"),
    "attach_perf_event_raw": ("perf_event", 1, "fn_name"),
}

# What the context's type says of a function that the tool does not load.
CONTEXTS = {
    "bpf_perf_event_data": "perf_event",
    "bpf_raw_tracepoint_args": "raw_tracepoint",
    "xdp_md": "xdp",
    "__sk_buff": "sched_cls",
    "bpf_sock_ops": "sock_ops",
    "sk_msg_md": "sk_msg",
}
FUNCTION = re.compile(r"^\w+ (\w+)\(struct (%s) \*\w+\)" % "|".join(CONTEXTS), re.M)

# Where a tool waits or reads; there is nothing to wait for.
WAITS = ("perf_buffer_poll", "perf_buffer_consume", "kprobe_poll", "ring_buffer_poll", "ring_buffer_consume",
         "trace_print", "trace_fields", "trace_readline", "trace_open", "cleanup", "close")

# Symbols of /proc/kallsyms that tools look for and that are data, or functions of modules.
DATA_SYMBOLS = ("btrfs_file_operations", "ext4_file_operations", "f2fs_file_operations", "nfs4_file_operations",
                "xfs_file_operations", "vm_node_stat", "vm_zone_stat", "_stext")
MODULE_FUNCTIONS = re.compile(r"(btrfs|ext4|f2fs|nfs4?|xfs|zfs|zpl)_")

# What libbcc generates for a probe: a reader for each argument. These have the arguments in these registers, as many as
# a probe can have.
USDT_REGISTERS = ("di", "si", "dx", "cx", "r8", "r9", "ax", "bx", "r10", "r11", "r12", "r13")
USDT_READER = """static __always_inline int _bpf_readarg_{fn}_{n}(struct pt_regs *ctx, void *dest, size_t len) {{
  if (len != sizeof(uint64_t)) return -1;
  *((uint64_t *)dest) = ctx->{register}; __asm__ __volatile__("": : :"memory");
  return 0;
}}
"""


def text_of(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def bytes_of(value):
    return value if isinstance(value, bytes) else str(value).encode()


def plain_name(pattern):
    return re.sub(rb"\W", b"", bytes_of(pattern))


class Absorber(mock.MagicMock):
    """Goes along with everything, also with being compared and counted with."""
    def _one(self, *_):
        return 1
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __floordiv__ = __mod__ = _one
    __lshift__ = __rshift__ = __and__ = __or__ = _one

    def __lt__(self, _):
        return False
    __le__ = __gt__ = __ge__ = __lt__

    def _get_child_mock(self, **kwargs):
        return mock.MagicMock(**kwargs)


class Recorder:
    def __init__(self, out, btf):
        self.out, self.btf, self.objects, self.ended = out, btf, [], False

    def load_by_context(self, item):
        loaded = {name for name, _ in item["functions"]}
        item["functions"] += [(fn, CONTEXTS[tag]) for fn, tag in FUNCTION.findall(item["text"]) if fn not in loaded]

    def finish(self, why):
        if not self.ended:
            self.ended = True
            for item in self.objects:
                self.load_by_context(item)
            json.dump({"ended": why, "objects": self.objects}, self.out)
            self.out.flush()
        os._exit(0)

    # -- answers

    def has_function(self, name):
        return self.btf.has_function(name) or bool(MODULE_FUNCTIONS.match(name))

    def functions_matching(self, pattern):
        wanted = re.compile(text_of(pattern))
        found = [name for name in self.btf.functions() if wanted.match(name)]
        plain = re.sub(r"\W", "", text_of(pattern))
        return {name.encode() for name in found or ([plain] if self.has_function(plain) else [])}

    def address_of(self, name):
        name = text_of(name)
        return 1 if self.has_function(name) or name in DATA_SYMBOLS else -1

    def tracepoints_matching(self, pattern):
        return [text_of(pattern).replace("\\", "").encode()]

    def open_file(self, real):
        def opened(file, mode="r", *args, **kwargs):
            if file != "/proc/kallsyms":
                return real(file, mode, *args, **kwargs)
            lines = ["%016x D %s\n" % (i + 1, name) for i, name in enumerate(DATA_SYMBOLS)]
            lines += ["%016x T %s\n" % (i + 4096, name) for i, name in enumerate(self.btf.functions())]
            return io.BytesIO("".join(lines).encode()) if "b" in mode else io.StringIO("".join(lines))
        return opened

    # -- what BPF() and its methods do instead

    def compile(self, bpf, src_file=b"", hdr_file=b"", text=None, debug=0, cflags=(), usdt_contexts=(), **_):
        if src_file:
            with open(bpf._find_file(bytes_of(src_file)), "rb") as f:
                text = f.read()
        readers = "".join(usdt.get_text() for usdt in usdt_contexts)
        bpf.record = {"text": readers + text_of(text), "cflags": [text_of(flag) for flag in cflags], "functions": []}
        bpf.module, bpf.funcs, bpf.tables = 1, {}, {}
        self.objects.append(bpf.record)
        for usdt in usdt_contexts:
            for fn in usdt.functions:
                self.load(bpf, fn, "kprobe")

    @staticmethod
    def load(bpf, fn, kind):
        function = [text_of(fn), kind]
        if fn and function not in bpf.record["functions"]:
            bpf.record["functions"].append(function)

    def load_func(self, bpf, names):
        def call(self_, func_name, prog_type, *_, **__):
            self.load(self_, func_name, names.get(prog_type, str(prog_type)))
            return bpf.Function(self_, func_name, 3)
        return call

    def attach(self, kind, position, name):
        def call(bpf, *args, **kwargs):
            self.load(bpf, kwargs.get(name) or (args[position] if len(args) > position else b""), kind)
            return bpf
        return call


def make_usdt():
    class Usdt:
        """Every probe that is asked for exists."""
        def __init__(self, pid=None, path=None):
            self.functions = []

        def enable_probe(self, probe, fn_name):
            if text_of(fn_name) not in self.functions:
                self.functions.append(text_of(fn_name))
        enable_probe_or_bail = enable_probe

        def get_text(self):
            readers = [USDT_READER.format(fn=fn, n=n, register=register)
                       for fn in self.functions for n, register in enumerate(USDT_REGISTERS, 1)]
            return "#include <uapi/linux/ptrace.h>\n" + "".join(readers)

        def get_probe_arg_ctype(self, *_):
            return "uint64_t"

        def enumerate_probes(self):
            languages = ("python", "libpthread", "hotspot", "node", "ruby", "php", "perl", "tcl")
            events = ("function__entry", "gc__start", "method__entry", "pthread_create", "thread__start")
            return [types.SimpleNamespace(provider=p.encode(), name=e.encode(), short_name=lambda p=p, e=e: p + ":" + e)
                    for p in languages for e in events]
    return Usdt


def static_answers(recorder, bpf):
    btf = recorder.btf
    return {
        "get_kprobe_functions": recorder.functions_matching,
        "get_tracepoints": recorder.tracepoints_matching,
        "tracepoint_exists": lambda c, e: btf.has_tracepoint(text_of(c), text_of(e)),
        "kernel_struct_has_field": lambda s, f: int(btf.has_field(text_of(s), text_of(f))),
        "ksymname": recorder.address_of,
        "get_user_functions": lambda _, pattern: {plain_name(pattern)},
        "get_user_functions_and_addresses": lambda _, pattern: [(plain_name(pattern), 0x1000)],
        "get_user_addresses": lambda *_: {0x1000},
        "find_library": lambda name: b"/usr/lib/lib%s.so" % bytes_of(name),
        "find_exe": lambda name: b"/usr/bin/" + bytes_of(name),
        "support_kfunc": lambda: btf.has_function("bpf_trampoline_enter") or btf.has_function("__bpf_tramp_enter"),
        "support_raw_tracepoint": lambda: True,
        "support_raw_tracepoint_in_module": lambda: True,
        "attach_raw_socket": lambda fn, _: recorder.finish("raw socket"),
        "attach_xdp": lambda *_: None,
        "attach_func": lambda *_: None,
        "monotonic_time": lambda: 1,
    }


def use_bcc(recorder):
    """Imports the package with an absorber for its library, and puts the recorder in the place of what works."""
    library = types.ModuleType("bcc.libbcc")
    library.__getattr__ = lambda name: Absorber(name=name)
    sys.modules["bcc.libbcc"] = library
    import bcc
    bpf = bcc.BPF
    names = {getattr(bpf, n): n.lower() for n in ("SOCKET_FILTER", "KPROBE", "SCHED_CLS", "SCHED_ACT", "TRACEPOINT",
             "XDP", "PERF_EVENT", "SOCK_OPS", "SK_MSG", "RAW_TRACEPOINT", "TRACING", "LSM") if hasattr(bpf, n)}
    methods = {
        "__init__": lambda self, *args, **kwargs: recorder.compile(self, *args, **kwargs),
        "get_table": lambda *_, **__: Absorber(),
        "load_func": recorder.load_func(bpf, names),
        "get_syscall_prefix": lambda self: b"__x64_sys_",
        "get_syscall_fnname": lambda self, name: b"__x64_sys_" + bytes_of(name),
        "__del__": lambda self: None,
    }
    methods.update((call, recorder.attach(*how)) for call, how in ATTACH.items())
    methods.update((call, lambda *_, call=call, **__: recorder.finish(call)) for call in WAITS)
    methods.update(("num_open_" + kind, lambda self: 1) for kind in ("kprobes", "uprobes", "tracepoints"))
    for name, method in methods.items():
        setattr(bpf, name, method)
    for name, answer in static_answers(recorder, bpf).items():
        setattr(bpf, name, staticmethod(answer))
    bcc.USDT = make_usdt()


def use_system(recorder):
    """No waiting, no commands, no curses; root, and a processor that everything runs on."""
    builtins.open = recorder.open_file(open)
    sleep = time.sleep
    time.sleep = lambda _=0: recorder.finish("sleep") if recorder.objects else sleep(0)
    os.system = lambda _: 0
    os.geteuid = lambda: 0
    os.access = lambda *_: True
    curses.wrapper = lambda function, *args: function(Absorber(), *args)
    subprocess.Popen = subprocess.call = Absorber()
    subprocess.check_output = lambda *_, **__: b"GenuineIntel"
    for module in ("cachetools", "dnslib"):
        sys.modules.setdefault(module, Absorber())
    signal.signal(signal.SIGALRM, lambda *_: recorder.finish("time"))
    signal.alarm(SECONDS)
