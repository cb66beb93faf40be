# SPDX-License-Identifier: Apache-2.0
"""What C programs call of BCC's library and its Python package does not."""
import ctypes
import os
import struct
import subprocess
import tempfile
import unittest

from bcc import BPF, lib
from support import OURS, Stderr, Target, cause, wait_for

SYMBOL = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p, ctypes.c_uint64, ctypes.c_uint64, ctypes.c_void_p)
SEGMENT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint64, ctypes.c_uint64, ctypes.c_uint64, ctypes.c_void_p)
KERNEL_SYMBOL = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint64, ctypes.c_void_p)
RAW = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
RETURN_1 = struct.pack("<BBhiBBhi", 0xB7, 0, 0, 1, 0x95, 0, 0, 0)
READ_NOTHING = struct.pack("<BBhiBBhi", 0x79, 0x00, 0, 0, 0x95, 0, 0, 0)  # through r0, which is nothing yet


class ElfUsdt(ctypes.Structure):
    _fields_ = [("pc", ctypes.c_uint64), ("base_addr", ctypes.c_uint64), ("semaphore", ctypes.c_uint64),
                ("provider", ctypes.c_char_p), ("name", ctypes.c_char_p), ("arg_fmt", ctypes.c_char_p),
                ("semaphore_offset", ctypes.c_uint64)]


class SymbolOption(ctypes.Structure):
    _fields_ = [("use_debug_file", ctypes.c_int), ("check_debug_file_crc", ctypes.c_int),
                ("lazy_symbolize", ctypes.c_int), ("use_symbol_type", ctypes.c_uint32)]


class Module(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("start", ctypes.c_uint64), ("end", ctypes.c_uint64),
                ("offset", ctypes.c_ulonglong), ("major", ctypes.c_uint64), ("minor", ctypes.c_uint64),
                ("inode", ctypes.c_uint64)]


PROBE = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.POINTER(ElfUsdt), ctypes.c_void_p)
MODULE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Module), ctypes.c_int, ctypes.c_void_p)


def target(name="pie"):
    return f"{os.environ['CBCC_TEST_TARGETS']}/target-{name}".encode()


def readelf(option, path):
    return subprocess.run(["readelf", "-W", option, path], check=True, capture_output=True, text=True).stdout


def symbols(path, option=None, result=0):
    found = {}
    callback = SYMBOL(lambda name, address, size, _: found.update({name: (address, size)}) or result)
    return lib.bcc_elf_foreach_sym(path, callback, option, None), found


class TestElf(unittest.TestCase):
    def test_types(self):
        with tempfile.NamedTemporaryFile() as file:
            for call in (lib.bcc_elf_get_type, lib.bcc_elf_is_pie):
                self.assertEqual(call(file.name.encode()), -1)
                self.assertEqual(call(b"/nothing"), -1)
                self.assertEqual(call(None), -1)
            self.assertEqual(lib.bcc_elf_is_exe(file.name.encode()), 0)
        for name, executable, shared, pie in (("pie", 1, 1, 1), ("fixed", 1, 0, 0)):
            self.assertEqual(lib.bcc_elf_is_exe(target(name)), executable)
            self.assertEqual(lib.bcc_elf_is_shared_obj(target(name)), shared)
            self.assertEqual(lib.bcc_elf_is_pie(target(name)), pie)
        self.assertEqual(lib.bcc_elf_is_vdso(b"[vdso]"), 1)
        self.assertEqual(lib.bcc_elf_is_vdso(b"[heap]"), 0)

    def test_symbols(self):
        line = [l.split() for l in readelf("-s", target()).splitlines() if l.endswith(" target_add")][0]
        status, found = symbols(target())
        self.assertEqual((status, found[b"target_add"]), (0, (int(line[1], 16), int(line[2]))))
        only_data = SymbolOption(1, 1, 0, 1 << 1)
        status, found = symbols(target(), ctypes.byref(only_data))
        self.assertEqual(status, 0)
        self.assertNotIn(b"target_add", found)
        status, found = symbols(target(), None, -1)
        self.assertEqual((status, len(found)), (0, 1))
        self.assertEqual(symbols(b"/nothing")[0], -1)

    def test_symbols_of_the_vdso(self):
        found = []
        callback = SYMBOL(lambda name, address, size, _: found.append(name) or 0)
        if lib.bcc_elf_foreach_vdso_sym(callback, None) != 0:
            self.skipTest("this machine has no vDSO")
        self.assertTrue([name for name in found if b"gettime" in name])

    def test_usdt_probes(self):
        found = []

        def take(path, probe, _):
            p = probe.contents
            found.append((path, p.provider, p.name, p.pc != 0, p.semaphore != 0, p.semaphore_offset != 0))

        self.assertEqual(lib.bcc_elf_foreach_usdt(target(), PROBE(take), None), 0)
        self.assertIn((target(), b"target", b"add", True, False, False), found)
        self.assertIn((target(), b"target", b"guarded", True, True, True), found)

    def test_where_code_is(self):
        text = [l for l in readelf("-S", target()).splitlines() if " .text " in l][0].split(".text")[1].split()
        address, offset = ctypes.c_uint64(), ctypes.c_uint64()
        self.assertEqual(lib.bcc_elf_get_text_scn_info(target(), ctypes.byref(address), ctypes.byref(offset)), 0)
        self.assertEqual((address.value, offset.value), (int(text[1], 16), int(text[2], 16)))
        segments = []
        callback = SEGMENT(lambda address, size, offset, _: segments.append((address, size, offset)) or 0)
        self.assertEqual(lib.bcc_elf_foreach_load_section(target(), callback, None), 0)
        self.assertTrue([s for s in segments if s[0] <= address.value < s[0] + s[1]
                         and address.value - s[0] + s[2] == offset.value])
        self.assertEqual(lib.bcc_elf_foreach_load_section(target(), SEGMENT(lambda *_: -1), None), 1)

    def test_build_ids(self):
        text = ctypes.create_string_buffer(41)
        notes = readelf("-n", target())
        self.assertEqual(lib.bcc_elf_get_buildid(target(), text), 0)
        self.assertIn("Build ID: " + text.value.decode(), notes)
        self.assertEqual(lib.bcc_elf_get_buildid(b"/etc/passwd", text), -1)


class TestProcesses(unittest.TestCase):
    def test_mappings(self):
        for name, is_file in ((b"/usr/lib/libx.so", 1), (b"[heap]", 0), (b"//anon", 0), (b"", 0), (None, 0)):
            self.assertEqual(lib.bcc_mapping_is_file_backed(name), is_file)
        found = []

        def take(module, _, __):
            found.append((module.contents.name, module.contents.inode, module.contents.end - module.contents.start))
            return 0

        with Target() as running:
            self.assertEqual(lib.bcc_procutils_each_module(running.process.pid, MODULE(take), None), 0)
            path = os.path.realpath(running.path).encode()
            code = [m for m in found if m[0] == path]
            self.assertEqual(len(code), 1)
            self.assertTrue(code[0][1])
            self.assertGreater(code[0][2], 0)
        self.assertEqual(lib.bcc_procutils_each_module(running.process.pid, MODULE(take), None), -1)

    def test_kernel_symbols(self):
        found = {}
        callback = KERNEL_SYMBOL(lambda name, module, address, _: found.setdefault(name, (module, address)))
        self.assertEqual(lib.bcc_procutils_each_ksym(callback, None), 0)
        self.assertEqual(found[b"schedule"], (b"kernel", BPF.ksymname("schedule")))

    def test_addresses_in_processes(self):
        with Target() as running:
            pid, path = running.process.pid, running.path.encode()
            local = symbols(path)[1][b"target_add"][0]
            address = ctypes.c_uint64()
            for inode_only in (0, 1):
                self.assertEqual(lib.bcc_resolve_global_addr(
                    pid, path, ctypes.c_uint64(local), inode_only, ctypes.byref(address)), 0)
                self.assertEqual(BPF.sym(address.value, pid, show_offset=True), b"target_add+0x0")
            self.assertEqual(lib.bcc_resolve_global_addr(
                pid, b"/bin/true", ctypes.c_uint64(local), 0, ctypes.byref(address)), -1)

    def test_semaphores(self):
        with Target() as running:
            usdt = ctypes.c_void_p(lib.bcc_usdt_new_frompid(running.process.pid, None))
            self.assertEqual(running.do("s"), 0)
            self.assertEqual(lib.bcc_usdt_addsem_probe(usdt, b"guarded", b"f", ctypes.c_int16(1)), 0)
            self.assertEqual(running.do("s"), 1)
            self.assertEqual(lib.bcc_usdt_addsem_fully_specified_probe(
                usdt, b"target", b"guarded", b"f", ctypes.c_int16(-1)), 0)
            self.assertEqual(running.do("s"), 0)
            with Stderr() as err:
                self.assertEqual(lib.bcc_usdt_addsem_probe(usdt, b"none", b"f", ctypes.c_int16(1)), -1)
            self.assertIn("USDT probe none", err.text)
            lib.bcc_usdt_close(usdt)


class TestPrograms(unittest.TestCase):
    def load(self, instructions, level=0, log=None, size=0):
        return lib.bcc_prog_load(BPF.SOCKET_FILTER, b"f", instructions, len(instructions), b"GPL", 0, level, log, size)

    def test_instructions_are_loaded(self):
        fd = self.load(RETURN_1)
        self.assertGreaterEqual(fd, 0)
        tag, info, size = ctypes.c_ulonglong(), (ctypes.c_char * 16)(), ctypes.c_uint32(16)
        self.assertEqual(lib.bpf_prog_get_tag(fd, ctypes.byref(tag)), 0)
        self.assertEqual(lib.bpf_obj_get_info(fd, info, ctypes.byref(size)), 0)
        self.assertEqual(struct.unpack(">Q", bytes(info)[8:])[0], tag.value)
        os.close(fd)

    def test_the_log_is_told_and_given(self):
        with Stderr() as err:
            self.assertEqual(self.load(READ_NOTHING), -1)
        self.assertIn("Failed to load program", err.text)
        self.assertIn("R0 !read_ok", err.text)
        log = ctypes.create_string_buffer(4096)
        with Stderr():
            self.assertEqual(self.load(READ_NOTHING, 1, log, 4096), -1)
        self.assertIn(b"R0 !read_ok", log.value)
        with Stderr() as err:
            fd = self.load(RETURN_1, 1)
        self.assertGreaterEqual(fd, 0)
        self.assertIn("processed 2 insns", err.text)
        os.close(fd)

    def test_foreign_instructions_of_a_module(self):
        b = BPF(text="int f(void *ctx) { return 0; }")
        fd = lib.bcc_func_load(b.module, BPF.SOCKET_FILTER, b"other", RETURN_1, len(RETURN_1), b"GPL", 0, 0, None, 0,
                               None, -1)
        self.assertGreaterEqual(fd, 0)
        os.close(fd)
        with Stderr() as err:
            self.assertEqual(lib.bcc_func_load(b.module, BPF.SOCKET_FILTER, b"other", READ_NOTHING,
                                               len(READ_NOTHING), b"GPL", 0, 1, None, 0, None, -1), -1)
        self.assertIn("R0 !read_ok", err.text)
        b.cleanup()

    def test_pinning(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/new/map".encode()
            self.assertEqual(lib.bcc_make_parent_dir(path), 0)
            self.assertEqual(lib.bcc_make_parent_dir(path), 0)
            self.assertEqual(os.stat(f"{folder}/new").st_mode & 0o777, 0o700)
            with Stderr() as err:
                self.assertEqual(lib.bcc_check_bpffs_path(path), -1)
                self.assertEqual(lib.bcc_check_bpffs_path(b"/nothing/at/all"), -1)
            self.assertIn(f"specified path {folder}/new is not on BPF FS", err.text)


class TestMaps(unittest.TestCase):
    def test_maps_by_their_attributes(self):
        fields = struct.pack("<IIIIIIIIIII", 1, 0, 4, 8, 3, 0, 0, 0, 0, 0, 0)  # a hash of 3
        name = ctypes.create_string_buffer(b"made")
        attributes = struct.pack("<Q", ctypes.addressof(name)) + fields + b"\0" * 4
        for fd in (lib.bcc_create_map_xattr(attributes, True), lib.bcc_create_map(1, b"made", 4, 8, 3, 0)):
            self.assertGreaterEqual(fd, 0)
            self.check(fd)
            os.close(fd)

    def check(self, fd):
        key, value, got = ctypes.c_uint32(5), ctypes.c_uint64(55), ctypes.c_uint64()
        self.assertEqual(lib.bpf_update_elem(fd, ctypes.byref(key), ctypes.byref(value), 0), 0)
        self.assertEqual(lib.bpf_lookup_elem(fd, ctypes.byref(key), ctypes.byref(got)), 0)
        self.assertEqual(got.value, 55)


class TestPerfReader(unittest.TestCase):
    def test_a_reader_in_parts(self):
        lib.perf_reader_new.restype = ctypes.c_void_p
        seen = []
        callback = RAW(lambda _, data, size: seen.append(ctypes.string_at(data, 4)))
        reader = ctypes.c_void_p(lib.perf_reader_new(callback, None, None, 8))
        lib.perf_reader_event_read(reader)  # of nothing
        b = BPF(text=r"""
            BPF_PERF_OUTPUT(events);
            TRACEPOINT_PROBE(syscalls, sys_enter_getpgid) {
                int pid = args->pid;
                if (bpf_get_current_pid_tgid() >> 32 == PID) events.perf_submit(args, &pid, sizeof pid);
                return 0;
            }""", cflags=OURS)
        cpu = min(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cpu})
        attributes = struct.pack("<IIQQQQIIQ", 1, 112, 10, 1, 1 << 10, 0, 0, 1, 0).ljust(112, b"\0")
        fd = ctypes.CDLL(None, use_errno=True).syscall(
            {"x86_64": 298}.get(os.uname().machine, 241), attributes, -1, cpu, -1, 8)
        self.assertGreaterEqual(fd, 0)
        lib.perf_reader_set_fd(reader, fd)
        self.assertEqual(lib.perf_reader_mmap(reader), 0)
        key, value = ctypes.c_uint32(cpu), ctypes.c_int(fd)
        map_fd = lib.bpf_table_fd(b.module, b"events")
        self.assertEqual(lib.bpf_update_elem(map_fd, ctypes.byref(key), ctypes.byref(value), 0), 0)
        cause(4712)
        wait_for(lambda: seen, lambda _: lib.perf_reader_event_read(reader))
        self.assertEqual(seen, [struct.pack("=i", 4712)])
        lib.perf_reader_free(reader)
        b.cleanup()


class TestTwins(unittest.TestCase):
    """What Python asks by name and other languages by number, or the other way round."""

    def test_tables(self):
        b = BPF(text="struct leaf_t { u64 a, b; }; BPF_HASH(t, u32, struct leaf_t, 7); BPF_ARRAY(u, u64, 9);")
        module = ctypes.c_void_p(b.module)
        for call in (lib.bpf_table_name, lib.bpf_table_key_desc_id, lib.bpf_table_leaf_desc_id):
            call.restype = ctypes.c_char_p
        names = [lib.bpf_table_name(module, ctypes.c_size_t(i)) for i in range(lib.bpf_num_tables(module))]
        none = ctypes.c_size_t(2)
        self.assertEqual(sorted(names), [b"t", b"u"])
        for name, entries, leaf in ((b"t", 7, 16), (b"u", 9, 8)):
            self.assertEqual(names[lib.bpf_table_id(module, name)], name)
            i = ctypes.c_size_t(lib.bpf_table_id(module, name))
            self.assertEqual(lib.bpf_table_fd_id(module, i), lib.bpf_table_fd(module, name))
            self.assertEqual(lib.bpf_table_type(module, name), lib.bpf_table_type_id(module, i))
            self.assertEqual(lib.bpf_table_flags(module, name), lib.bpf_table_flags_id(module, i))
            self.assertEqual((lib.bpf_table_max_entries(module, name), lib.bpf_table_max_entries_id(module, i)),
                             (entries, entries))
            self.assertEqual((lib.bpf_table_key_size(module, name), lib.bpf_table_key_size_id(module, i)), (4, 4))
            self.assertEqual((lib.bpf_table_leaf_size(module, name), lib.bpf_table_leaf_size_id(module, i)),
                             (leaf, leaf))
            self.assertEqual(lib.bpf_table_key_desc_id(module, i), lib.bpf_table_key_desc(module, name))
            self.assertEqual(lib.bpf_table_leaf_desc_id(module, i), lib.bpf_table_leaf_desc(module, name))
        for call in (lib.bpf_table_name, lib.bpf_table_key_desc_id, lib.bpf_table_leaf_desc_id):
            self.assertIsNone(call(module, none))
        self.assertEqual((lib.bpf_table_fd_id(module, none), lib.bpf_table_type(module, b"none")), (-1, -1))
        self.assertEqual((lib.bpf_table_key_size_id(module, none), lib.bpf_table_leaf_size(None, b"t")), (0, 0))
        b.cleanup()

    def test_functions_of_a_file(self):
        lib.bpf_module_create_c.restype = lib.bpf_function_start_id.restype = ctypes.c_void_p
        with tempfile.NamedTemporaryFile(suffix=".c") as file:
            file.write(b"int f(void *ctx) { return 0; } int g(void *ctx) { return 1; }")
            file.flush()
            module = ctypes.c_void_p(lib.bpf_module_create_c(file.name.encode(), 0, None, 0, True, None))
        self.assertTrue(lib.bpf_module_rw_engine_enabled())
        for i in map(ctypes.c_size_t, range(lib.bpf_num_functions(module))):
            name = lib.bpf_function_name(module, i)
            self.assertEqual(lib.bpf_function_start_id(module, i), lib.bpf_function_start(module, name))
            self.assertEqual(lib.bpf_function_size_id(module, i), lib.bpf_function_size(module, name))
        self.assertIsNone(lib.bpf_function_start_id(module, ctypes.c_size_t(2)))
        self.assertEqual(lib.bpf_function_size_id(module, ctypes.c_size_t(2)), 0)
        lib.bpf_module_destroy(module)
        with Stderr() as err:
            self.assertIsNone(lib.bpf_module_create_c(b"/nothing.c", 0, None, 0, True, None))
            self.assertIsNone(lib.bpf_module_create_c(None, 0, None, 0, True, None))
        self.assertIn("/nothing.c", err.text)

    def test_programs_are_found(self):
        for call in (lib.bcc_procutils_which, lib.bcc_procutils_which_so_in_process):
            call.restype = ctypes.c_void_p
        for found in (lib.bcc_procutils_which(b"sh"), lib.bcc_procutils_which_so_in_process(b"c", os.getpid())):
            self.assertTrue(os.path.exists(ctypes.cast(found, ctypes.c_char_p).value))
            lib.bcc_procutils_free(ctypes.c_void_p(found))
        self.assertIsNone(lib.bcc_procutils_which(b"no_such_program"))
        self.assertIsNone(lib.bcc_procutils_which_so_in_process(b"c", 0))


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
