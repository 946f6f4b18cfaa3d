"""Options tables of operators: their layout and their values, by name of table and field.

No table is written down here. The code that the schema compiler generated holds every field's
slot, size and default; this module asks it. What an option means is the operator's business.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import flatbuffers
import tflite

UNION: dict[int, str] = {
    number: name for name, number in vars(tflite.BuiltinOptions).items() if isinstance(number, int)
}
"""Names of the options tables by their number in an operator's `builtin_options_type`."""


@dataclass(frozen=True, slots=True)
class Field:
    """Where an options table keeps a field: `size` bytes in place, or an offset to a vector."""

    slot: int
    size: int
    vector_item: int = 0  # bytes of one element, 0 for a scalar


class _Recorder:
    """Stands in for a FlatBuffers builder, to learn what generated code would write."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int]] = []

    def __getattr__(self, method: str) -> Any:
        return lambda *arguments: self.calls.append((method, int(arguments[0])))


@cache
def layout(table: str) -> dict[str, Field]:
    """The fields of an options table; names as in the generated code (`StrideW`)."""
    module = importlib.import_module(f"tflite.{table}")
    prefix = f"{table}Add"
    names = [name[len(prefix) :] for name in vars(module) if name.startswith(prefix)]
    return {name: _field(module, table, name) for name in names}


def _field(module: Any, table: str, name: str) -> Field:
    recorder = _Recorder()
    getattr(module, f"{table}Add{name}")(recorder, 0)
    start_vector = getattr(module, f"{table}Start{name}Vector", None)
    if start_vector is not None:
        start_vector(recorder, 0)
    (method, slot), *vector = recorder.calls
    if method == "PrependUOffsetTRelativeSlot":
        return Field(slot, 4, vector[0][1] if vector else 1)  # no vector: a string
    bits = re.search(r"\d+", method)
    return Field(slot, int(bits.group()) // 8 if bits else 1)  # PrependBoolSlot has no number


def read_options(table: str, fields: Sequence[str], union: Any = None) -> dict[str, Any]:
    """The named fields (`stride_w`) of an options table; the defaults when there is none.

    Scalars come as Python numbers, vectors as lists.
    """
    options = getattr(tflite, table)()
    if union is None:
        options.Init(*_empty_table())
    else:
        options.Init(union.Bytes, union.Pos)
    return {field: _value(options, field) for field in fields}


@cache
def _empty_table() -> tuple[bytes, int]:
    builder = flatbuffers.Builder(16)
    builder.StartObject(0)
    builder.Finish(builder.EndObject())
    data = bytes(builder.Output())
    return data, int.from_bytes(data[:4], "little")


def _value(options: Any, field: str) -> Any:
    accessor = "".join(word.capitalize() for word in field.split("_"))
    as_numpy = getattr(options, f"{accessor}AsNumpy", None)
    if as_numpy is None:
        return getattr(options, accessor)()
    values = as_numpy()
    return [] if isinstance(values, int) else values.tolist()
