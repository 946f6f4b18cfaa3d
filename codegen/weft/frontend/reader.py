"""Copies a checked file into plain records, and raises CompileError for anything unreadable.

Looks at a subgraph when it is asked for. Judges nothing but what it needs to go on: the version
of the schema, the numbers of buffers and operator codes. Metadata and operator versions are
ignored.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import tflite

from weft.errors import CompileError
from weft.frontend import flatbuffer_check
from weft.frontend.options import UNION, read_options

OptionFields = Mapping[str, tuple["str | None", Sequence[str]]]
"""For each builtin operator that is wanted: its options table, and the fields to read."""

_TYPES = {n: name for name, n in vars(tflite.TensorType).items() if isinstance(n, int)}
_BUILTINS = {n: name for name, n in vars(tflite.BuiltinOperator).items() if isinstance(n, int)}
_BUILTIN_CODE = 3  # slot in OperatorCode
_EXTERNAL_BUFFER = 10  # slot in Tensor; newer than the accessors
_MAX_NAME = 256
_UNREADABLE = (
    struct.error,
    ValueError,  # and UnicodeDecodeError
    TypeError,
    IndexError,
    OverflowError,
    AttributeError,
)


@dataclass(frozen=True, slots=True)
class RawQuant:
    """QuantizationParameters as stored."""

    scale: tuple[float, ...]
    zero_point: tuple[int, ...]
    axis: int
    custom: bool


@dataclass(frozen=True, slots=True)
class RawTensor:
    """Tensor as stored; `data` is None when the file holds no data for it.

    `open_batch`: the first axis is of any length, and stored as 1.
    """

    index: int
    name: str
    type: str
    shape: tuple[int, ...]
    data: bytes | None
    quant: RawQuant | None
    variable: bool
    sparse: bool
    external: bool
    open_batch: bool

    @property
    def where(self) -> str:
        """The tensor as error messages name it."""
        return f'tensor {self.index} "{self.name}"'

    @property
    def constant(self) -> bool:
        """Whether the model stores its values, be it in another file."""
        return self.data is not None or self.external


@dataclass(frozen=True, slots=True)
class RawOperator:
    """Operator as stored; `builtin` is the schema's spelling, "CUSTOM" for a custom one.

    `table` is the options table that the file holds, "NONE" without one; `options` has the
    wanted fields, with defaults for what the file leaves out.
    """

    index: int
    builtin: str
    custom: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    table: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RawState:
    """A tensor that an inference finds, the tensor that it leaves for the next one to find, and
    what the first one finds."""

    found: int
    left: int
    initial: bytes


@dataclass(frozen=True, slots=True)
class RawModel:
    """One subgraph; `number` is its number in the file. The reader knows of no state."""

    number: int
    name: str
    tensors: tuple[RawTensor, ...]
    operators: tuple[RawOperator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    states: tuple[RawState, ...] = ()

    def where(self, operator: RawOperator) -> str:
        """An operator as error messages name it, like `weft.ir.describe`."""
        text = f"operator {operator.index} ({operator.builtin})"
        first = operator.outputs[0] if operator.outputs else -1
        return f"{text}, {self.tensors[first].where}" if 0 <= first < len(self.tensors) else text


@dataclass(frozen=True, slots=True)
class RawSignature:
    """An entry point that the model's author has named: a subgraph, and tensors by name."""

    key: str
    subgraph: int
    inputs: Mapping[int, str]  # tensor number -> name
    outputs: Mapping[int, str]


class RawFile:
    """A file of sound structure. Raises CompileError for one that is not, or cannot be read."""

    def __init__(self, data: bytes, wanted: OptionFields) -> None:
        flatbuffer_check.check(data)
        self.wanted = wanted
        with _readable():
            self.model = model = tflite.Model.GetRootAs(data, 0)
            _check_version(model)
            self.count: int = model.SubgraphsLength()
            self.buffers = [_buffer(model.Buffers(i)) for i in range(model.BuffersLength())]
            codes = range(model.OperatorCodesLength())
            self.codes = [_code(model.OperatorCodes(i)) for i in codes]

    def subgraph(self, number: int) -> RawModel:
        """One of the `count` subgraphs."""
        with _readable():
            graph = self.model.Subgraphs(number)
            tensors = range(graph.TensorsLength())
            return RawModel(
                number,
                _text(graph.Name()),
                tuple(_tensor(i, graph.Tensors(i), self.buffers) for i in tensors),
                tuple(
                    _operator(i, graph.Operators(i), self.codes, self.wanted)
                    for i in range(graph.OperatorsLength())
                ),
                _items(graph.InputsAsNumpy()),
                _items(graph.OutputsAsNumpy()),
            )

    def signatures(self) -> tuple[RawSignature, ...]:
        """The entry points that have names."""
        with _readable():
            listed = range(self.model.SignatureDefsLength())
            return tuple(_signature(self.model.SignatureDefs(i)) for i in listed)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except _UNREADABLE as error:
        raise flatbuffer_check.damaged("its contents cannot be read") from error


def _check_version(model: Any) -> None:
    if model.Version() != 3:
        raise CompileError(
            f"not a TensorFlow Lite model of schema version 3, but of version {model.Version()}"
        )
    if model.SubgraphsLength() == 0:
        raise CompileError("the model has no subgraph")


def _signature(signature: Any) -> RawSignature:
    inputs = (signature.Inputs(i) for i in range(signature.InputsLength()))
    outputs = (signature.Outputs(i) for i in range(signature.OutputsLength()))
    return RawSignature(
        _text(signature.SignatureKey()),
        signature.SubgraphIndex(),
        {x.TensorIndex(): _text(x.Name()) for x in inputs},
        {x.TensorIndex(): _text(x.Name()) for x in outputs},
    )


def _items(values: Any) -> tuple[Any, ...]:
    """A vector of numbers; the accessors give 0 for one that is left out."""
    return () if isinstance(values, int) else tuple(values.tolist())


def _stored(table: Any, slot: int, number: str) -> int:
    """A number as stored, for which no accessor serves; 0 when it is left out."""
    position = table._tab.Offset(4 + 2 * slot)
    if position == 0:
        return 0
    return int(struct.unpack_from(number, table._tab.Bytes, table._tab.Pos + position)[0])


def _text(name: bytes | None) -> str:
    """A name that is safe to print on one line, whatever its bytes."""
    decoded = (name or b"")[: 4 * _MAX_NAME].decode("utf-8", errors="replace")
    return "".join(c if c.isprintable() else "?" for c in decoded[:_MAX_NAME])


def _buffer(buffer: Any) -> tuple[bytes | None, bool]:
    """The data of a buffer, and whether it lies outside of the FlatBuffer."""
    # Writers that may place data behind the FlatBuffer store 1 in both fields when they do not.
    appended = max(buffer.Offset(), buffer.Size()) > 1
    return buffer.DataAsNumpy().tobytes() if buffer.DataLength() else None, appended


def _code(code: Any) -> tuple[str, str]:
    """Builtin operator and custom code of an operator code."""
    # Not BuiltinCode(), which prefers the deprecated field. Writers fill in either or both.
    number = max(_stored(code, _BUILTIN_CODE, "<i"), code.DeprecatedBuiltinCode())
    return _BUILTINS.get(number, f"builtin operator {number}"), _text(code.CustomCode())


def _tensor(index: int, tensor: Any, buffers: Sequence[tuple[bytes | None, bool]]) -> RawTensor:
    name = _text(tensor.Name()) or f"tensor_{index}"
    number = tensor.Buffer()
    if number >= len(buffers):
        raise CompileError(
            f"its data is in buffer {number}, but the model has {len(buffers)} buffers",
            where=f'tensor {index} "{name}"',
        )
    data, appended = buffers[number]
    shape, signature = _items(tensor.ShapeAsNumpy()), _items(tensor.ShapeSignatureAsNumpy())
    return RawTensor(
        index,
        name,
        _TYPES.get(tensor.Type(), f"number {tensor.Type()}"),
        shape,
        data,
        _quant(tensor.Quantization()),
        tensor.IsVariable(),
        tensor.Sparsity() is not None,
        appended or _stored(tensor, _EXTERNAL_BUFFER, "<I") != 0,
        signature[:1] == (-1,) and shape[:1] == (1,),
    )


def _quant(quant: Any) -> RawQuant | None:
    if quant is None:
        return None
    return RawQuant(
        _items(quant.ScaleAsNumpy()),
        _items(quant.ZeroPointAsNumpy()),
        quant.QuantizedDimension(),
        quant.DetailsType() != 0,
    )


def _operator(
    index: int, operator: Any, codes: Sequence[tuple[str, str]], wanted: OptionFields
) -> RawOperator:
    number = operator.OpcodeIndex()
    if number >= len(codes):
        raise CompileError(
            f"it has operator code {number}, but the model has {len(codes)} operator codes",
            where=f"operator {index}",
        )
    builtin, custom = codes[number]
    union = operator.BuiltinOptions()
    tag = operator.BuiltinOptionsType() if union is not None else 0
    table = UNION.get(tag, f"number {tag}")
    needed, fields = wanted.get(builtin, (None, ()))
    options: dict[str, Any] = {}
    if needed is not None and table in (needed, "NONE"):
        options = read_options(needed, fields, union if table == needed else None)
    return RawOperator(
        index,
        builtin,
        custom,
        _items(operator.InputsAsNumpy()),
        _items(operator.OutputsAsNumpy()),
        table,
        options,
    )
