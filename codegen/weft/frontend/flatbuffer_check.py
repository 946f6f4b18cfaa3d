"""Proves that a file is a well-formed FlatBuffer before anything reads it.

Walks what the reader will touch and nothing else: tables, virtual tables, vectors and strings
must lie inside the file. Says nothing about what the values mean. Sharing is legal in a
FlatBuffer, so a few kilobytes can unfold into gigabytes; a budget linear in the file's size
bounds what the walk, and hence the reader, may reach. Alignment is not checked: Python reads
at any address.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from weft.errors import CompileError
from weft.frontend import options

MAX_FILE_BYTES = 1 << 26
MAX_SUBGRAPHS = 64
MAX_ENTRIES = 1 << 15  # tensors, operators, buffers, operator codes
MAX_SHARING = 4  # times the file's size that may be reached in all

_U16, _U32, _I32 = struct.Struct("<H"), struct.Struct("<I"), struct.Struct("<i")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number stored in the table itself."""

    size: int


@dataclass(frozen=True, slots=True)
class Vector:
    """An offset to a vector of numbers; a string is a vector of bytes."""

    item: int
    size: int = 4


@dataclass(frozen=True, slots=True)
class Table:
    """An offset to one table."""

    kind: str
    size: int = 4


@dataclass(frozen=True, slots=True)
class Tables:
    """An offset to a vector of tables, of which the first `walk` are read."""

    kind: str
    most: int = MAX_ENTRIES
    walk: int = MAX_ENTRIES
    size: int = 4


@dataclass(frozen=True, slots=True)
class Options:
    """An offset to the table that the number in slot `tag`, checked before it, selects."""

    tag: int
    size: int = 4


Part = Scalar | Vector | Table | Tables | Options
Layout = Mapping[str, tuple[int, Part]]
"""Slot and content of each field that the reader touches."""

_STRING = Vector(1)
_SCHEMA: Mapping[str, Layout] = {
    "Model": {
        "version": (0, Scalar(4)),
        "operator_codes": (1, Tables("OperatorCode")),
        "subgraphs": (2, Tables("SubGraph", most=MAX_SUBGRAPHS)),
        "buffers": (4, Tables("Buffer")),
        "signature_defs": (7, Tables("SignatureDef", most=MAX_SUBGRAPHS)),
    },
    "SignatureDef": {
        "inputs": (0, Tables("TensorMap")),
        "outputs": (1, Tables("TensorMap")),
        "signature_key": (2, _STRING),
        "subgraph_index": (4, Scalar(4)),
    },
    "TensorMap": {
        "name": (0, _STRING),
        "tensor_index": (1, Scalar(4)),
    },
    "OperatorCode": {
        "deprecated_builtin_code": (0, Scalar(1)),
        "custom_code": (1, _STRING),
        "builtin_code": (3, Scalar(4)),
    },
    "SubGraph": {
        "tensors": (0, Tables("Tensor")),
        "inputs": (1, Vector(4)),
        "outputs": (2, Vector(4)),
        "operators": (3, Tables("Operator")),
        "name": (4, _STRING),
    },
    "Tensor": {
        "shape": (0, Vector(4)),
        "type": (1, Scalar(1)),
        "buffer": (2, Scalar(4)),
        "name": (3, _STRING),
        "quantization": (4, Table("QuantizationParameters")),
        "is_variable": (5, Scalar(1)),
        "sparsity": (6, Table("SparsityParameters")),
        "external_buffer": (10, Scalar(4)),
    },
    "QuantizationParameters": {
        "scale": (2, Vector(4)),
        "zero_point": (3, Vector(8)),
        "details_type": (4, Scalar(1)),
        "quantized_dimension": (6, Scalar(4)),
    },
    "SparsityParameters": {},  # only its presence matters
    "Operator": {
        "opcode_index": (0, Scalar(4)),
        "inputs": (1, Vector(4)),
        "outputs": (2, Vector(4)),
        "builtin_options_type": (3, Scalar(1)),
        "builtin_options": (4, Options(tag=3)),
    },
    "Buffer": {
        "data": (0, Vector(1)),
        "offset": (1, Scalar(8)),
        "size": (2, Scalar(8)),
    },
}


def check(data: bytes) -> None:
    """Raise CompileError unless the reader may access the file freely."""
    if len(data) < 8 or data[4:8] != b"TFL3":
        raise CompileError(
            "not a TensorFlow Lite model: the file has no TFL3 identifier",
            hint="pass the .tflite file that the converter wrote",
        )
    if len(data) > MAX_FILE_BYTES:
        raise CompileError(f"the file has {len(data)} bytes, more than {MAX_FILE_BYTES}")
    _Walk(data).offset("Model", 0)


def damaged(what: str) -> CompileError:
    """The error for a file whose structure is broken."""
    return CompileError(
        f"not a TensorFlow Lite model: damaged file, {what}", hint="export or download it again"
    )


@cache
def _layout(kind: str) -> Layout:
    if kind in _SCHEMA:
        return _SCHEMA[kind]
    return {
        name: (f.slot, Vector(f.vector_item) if f.vector_item else Scalar(f.size))
        for name, f in options.layout(kind).items()
    }


class _Walk:
    """One walk over one file; `budget` is what may still be reached, in bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.budget = MAX_SHARING * len(data)

    def offset(self, kind: str, at: int) -> None:
        """Check the table that the offset stored at `at` leads to."""
        self.table(kind, self.target(kind, at))

    def target(self, what: str, at: int) -> int:
        """Where the offset stored at `at` leads; the four bytes there are inside the file."""
        distance = int(_U32.unpack_from(self.data, at)[0])
        if distance == 0 or at + distance + 4 > len(self.data):
            raise damaged(f"{what} lies outside of it")
        return at + distance

    def spend(self, what: str, size: int) -> None:
        """Account for `size` bytes that are reached."""
        self.budget -= size
        if self.budget < 0:
            raise damaged(f"its parts overlap (found at {what})")

    def table(self, kind: str, at: int) -> None:
        """Check a table, its virtual table and every field that is read."""
        virtual = at - int(_I32.unpack_from(self.data, at)[0])
        if not 0 <= virtual <= len(self.data) - 4:
            raise damaged(f"the virtual table of {kind} lies outside of it")
        length = int(_U16.unpack_from(self.data, virtual)[0])
        size = int(_U16.unpack_from(self.data, virtual + 2)[0])
        if length < 4 or length % 2 or virtual + length > len(self.data):
            raise damaged(f"the virtual table of {kind} has {length} bytes")
        if size < 4 or at + size > len(self.data):
            raise damaged(f"{kind} has {size} bytes")
        self.spend(kind, size)
        for name, (slot, part) in _layout(kind).items():
            position = self.position(virtual, slot)
            if position == 0:
                continue  # absent: the default
            if position < 4 or position + part.size > size:
                raise damaged(f"{kind}.{name} lies outside of its table")
            if isinstance(part, Options):
                tag = self.position(virtual, part.tag)
                self.options(self.data[at + tag] if tag else 0, at + position)
            else:
                self.part(f"{kind}.{name}", part, at + position)

    def position(self, virtual: int, slot: int) -> int:
        """Where a table keeps a field, from its virtual table; 0 when it is left out."""
        entry = 4 + 2 * slot
        if entry >= _U16.unpack_from(self.data, virtual)[0]:
            return 0
        return int(_U16.unpack_from(self.data, virtual + entry)[0])

    def options(self, tag: int, at: int) -> None:
        """Check an options table; one of an unknown kind is never read."""
        kind = options.UNION.get(tag, "NONE")
        if kind != "NONE":
            self.offset(kind, at)

    def part(self, what: str, part: Part, at: int) -> None:
        """Check what a field at `at` leads to."""
        match part:
            case Vector(item=item):
                self.vector(what, at, item)
            case Table(kind=kind):
                self.offset(kind, at)
            case Tables(kind=kind, most=most, walk=walk):
                first, count = self.vector(what, at, 4)
                if count > most:
                    raise CompileError(f"{what} has {count} entries, more than {most}")
                for i in range(min(count, walk)):
                    self.offset(kind, first + 4 * i)

    def vector(self, what: str, at: int, item: int) -> tuple[int, int]:
        """Check a vector; where its first element is, and how many there are."""
        start = self.target(what, at)
        count = int(_U32.unpack_from(self.data, start)[0])
        if start + 4 + count * item > len(self.data):
            raise damaged(f"{what} reaches beyond its end")
        self.spend(what, 4 + count * item)
        return start + 4, count
