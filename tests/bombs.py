"""Small files that unfold into much work, because parts of a FlatBuffer may be shared.

Written with the schema compiler's low-level functions: the object API cannot share a table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import flatbuffers
from ai_edge_litert import schema_py_generated as schema
from model_builder import ModelBuilder


class Bomb:
    """A FlatBuffer whose tables and vectors are written once and used often."""

    def __init__(self) -> None:
        self.builder = flatbuffers.Builder(1 << 16)

    def vector(self, items: Sequence[int]) -> int:
        """A vector of offsets."""
        self.builder.StartVector(4, len(items), 4)
        for item in reversed(items):
            self.builder.PrependUOffsetTRelative(item)
        return int(self.builder.EndVector())

    def zeros(self, count: int, item: int) -> int:
        """A vector of numbers, all zero."""
        self.builder.StartVector(item, count, item)
        self.builder.Pad(count * item)
        return int(self.builder.EndVector())

    def table(self, kind: str, **fields: int) -> int:
        """A table with these fields (`NewShape`)."""
        getattr(schema, f"{kind}Start")(self.builder)
        for name, value in fields.items():
            getattr(schema, f"{kind}Add{name}")(self.builder, value)
        return int(getattr(schema, f"{kind}End")(self.builder))

    def finish(self, graphs: Sequence[int], **fields: int) -> bytes:
        """The file, with these subgraphs."""
        subgraphs = self.vector(graphs)
        model = self.table("Model", Version=3, Subgraphs=subgraphs, **fields)
        self.builder.Finish(model, b"TFL3")
        return bytes(self.builder.Output())


def subgraphs(count: int, tensors: int) -> bytes:
    """Many entries for one subgraph with many entries for one tensor."""
    b = Bomb()
    listed = b.vector([b.table("Tensor")] * tensors)
    return b.finish([b.table("SubGraph", Tensors=listed)] * count)


def long_field(field: str, size: int, item: int, count: int) -> bytes:
    """Many entries for one tensor with one long field."""
    b = Bomb()
    content = b.zeros(size, item)
    if field in ("Scale", "ZeroPoint"):
        field, content = "Quantization", b.table("QuantizationParameters", **{field: content})
    listed = b.vector([b.table("Tensor", **{field: content})] * count)
    return b.finish([b.table("SubGraph", Tensors=listed)])


def operators(count: int, inputs: int) -> bytes:
    """Many entries for one operator with many inputs."""
    b = Bomb()
    codes = b.vector([b.table("OperatorCode")])
    listed = b.vector([b.table("Operator", Inputs=b.zeros(inputs, 4))] * count)
    return b.finish([b.table("SubGraph", Operators=listed)], OperatorCodes=codes)


def buffers(count: int, size: int) -> bytes:
    """Many entries for one buffer with much data."""
    b = Bomb()
    listed = b.vector([b.table("Buffer", Data=b.zeros(size, 1))] * count)
    return b.finish([b.table("SubGraph")], Buffers=listed)


def model_inputs(count: int) -> bytes:
    """A very long list of inputs."""
    b = Bomb()
    return b.finish([b.table("SubGraph", Inputs=b.zeros(count, 4))])


def long_virtual_table(count: int) -> bytes:
    """Many tensors with one virtual table of the greatest length."""
    plain = bytearray(long_field("Shape", 0, 4, count))
    packed: Any = schema.Model.GetRootAs(plain, 0).Subgraphs(0).Tensors(0)
    at = packed._tab.Pos
    virtual = at - int.from_bytes(plain[at : at + 4], "little", signed=True)
    entries = plain[virtual : virtual + 4]
    plain[at : at + 4] = (at - len(plain)).to_bytes(4, "little", signed=True)
    return bytes(plain + (65534).to_bytes(2, "little") + entries[2:4] + bytes(65530))


def chain(length: int) -> bytes:
    """No bomb: a long model that is all work."""
    b = ModelBuilder()
    b.tensor((1, 4), 0.1)
    for i in range(length):
        b.tensor((1, 4), 0.1)
        b.operator("ADD", [i, i], [i + 1])
    return b.build([0], [length])


def fills(count: int, size: int) -> bytes:
    """Many constants to compute, of which none is too large by itself."""
    b = ModelBuilder()
    x, value = b.tensor((1,), 0.1), b.constant(1)
    dims = b.constant([size, size], dtype="int32")
    made = [b.tensor((size, size)) for _ in range(count)]
    for y in made:
        b.operator("FILL", [dims, value], [y])
    return b.build([x], made)


def softmaxes(count: int, pixels: int) -> bytes:
    """Constants that take long to compute."""
    b = ModelBuilder()
    x, y = b.tensor((1,), 0.1), b.constant([[0]] * pixels, 1 / 256, -128)
    made = []
    for _ in range(count):
        made.append(b.tensor((pixels, 1), 1 / 256, -128))
        b.operator("SOFTMAX", [y], [made[-1]], beta=1.0)
        y = made[-1]
    return b.build([x], made[-1:])


SHARED = "its parts overlap"
BOMBS: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "600 subgraphs of 600 tensors": (lambda: subgraphs(600, 600), "Model.subgraphs has 600"),
    "64 subgraphs of 30000 tensors": (lambda: subgraphs(64, 30000), ""),
    "500000 tensors": (lambda: subgraphs(1, 500000), "SubGraph.tensors has 500000 entries"),
    "one name of 1 MB": (lambda: long_field("Name", 10**6, 1, 30000), SHARED),
    "one shape of 1 MB": (lambda: long_field("Shape", 250000, 4, 30000), SHARED),
    "one million scales": (lambda: long_field("Scale", 10**6, 4, 30000), SHARED),
    "one million zero points": (lambda: long_field("ZeroPoint", 10**6, 8, 30000), SHARED),
    "30000 operators of 30000 inputs": (lambda: operators(30000, 30000), SHARED),
    "30000 buffers of 1 MB": (lambda: buffers(30000, 10**6), SHARED),
    "4 million inputs": (lambda: model_inputs(4 * 10**6), ""),
    "long virtual table": (lambda: long_virtual_table(30000), ""),
    "FILLs of 16 MB": (lambda: fills(1000, 4000), "over 16777216 bytes are"),
    "SOFTMAX of constants": (lambda: softmaxes(1000, 10000), "too long to compute it now"),
    "10000 operators": (lambda: chain(10000), "10000 nodes"),
}
