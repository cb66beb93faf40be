# SPDX-License-Identifier: Apache-2.0
"""What a kernel has, by its BTF: functions, fields of structs, enumerators, tracepoints."""
import struct

INT, PTR, ARRAY, STRUCT, UNION, ENUM, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FUNC_PROTO, VAR, DATASEC, \
    FLOAT, DECL_TAG, TYPE_TAG, ENUM64 = range(1, 20)

# Bytes behind the record of a type: (for each member, once).
TAIL = {INT: (0, 4), ARRAY: (0, 12), STRUCT: (12, 0), UNION: (12, 0), ENUM: (8, 0), FUNC_PROTO: (8, 0), VAR: (0, 4),
        DATASEC: (12, 0), DECL_TAG: (0, 4), ENUM64: (12, 0)}


class Btf:
    def __init__(self, path):
        with open(path, "rb") as f:
            self._data = f.read()
        magic, _, _, header, types, types_size, strings, strings_size = struct.unpack_from("<HBBIIIII", self._data)
        if magic != 0xEB9F:
            raise ValueError(path + " is no BTF of a little-endian kernel")
        self._strings = self._data[header + strings:header + strings + strings_size]
        self._types = [(FWD, 0, 0, 0)]  # kind, size or type, members, where they are
        self._by_name = {}
        self._read(header + types, header + types + types_size)

    def _name(self, offset):
        return self._strings[offset:self._strings.index(b"\0", offset)].decode()

    def _read(self, at, end):
        while at < end:
            name, info, size = struct.unpack_from("<III", self._data, at)
            kind, members = info >> 24 & 0x1F, info & 0xFFFF
            if name:
                self._by_name.setdefault((kind, self._name(name)), len(self._types))
            self._types.append((kind, size, members, at + 12))
            each, once = TAIL.get(kind, (0, 0))
            at += 12 + each * members + once

    def _member_names(self, number):
        """The fields of a struct or union, those of unnamed members included."""
        kind, _, members, at = self._types[number]
        if kind not in (STRUCT, UNION):
            return
        for i in range(members):
            name, inner = struct.unpack_from("<II", self._data, at + 12 * i)
            if name:
                yield self._name(name)
            else:
                yield from self._member_names(inner)

    def functions(self):
        return [name for kind, name in self._by_name if kind == FUNC]

    def has_function(self, name):
        return (FUNC, name) in self._by_name

    def has_field(self, tag, field):
        number = self._by_name.get((STRUCT, tag)) or self._by_name.get((UNION, tag))
        return number is not None and field in self._member_names(number)

    def has_tracepoint(self, category, event):
        for prefix in ("sys_enter_", "sys_exit_"):
            if category == "syscalls" and event.startswith(prefix):
                return self.has_function("__x64_sys_" + event[len(prefix):])
        return (TYPEDEF, "btf_trace_" + event) in self._by_name
