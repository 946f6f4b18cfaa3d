"""Immutable graph of tensors and nodes. Passes build a new one; nothing is edited in place."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import Any, NewType

import numpy as np
import numpy.typing as npt

from weft.quant import Quant

TensorId = NewType("TensorId", int)
Array = npt.NDArray[Any]


class DType(enum.Enum):
    """Element type; the value is NumPy's name for it, but for int4, which NumPy does not know."""

    INT4 = "int4"
    INT8 = "int8"
    UINT8 = "uint8"
    BOOL = "bool"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    FLOAT32 = "float32"

    @property
    def c_name(self) -> str:
        """C type of one element."""
        return {"float32": "float", "bool": "uint8_t"}.get(self.value, f"{self.numpy.name}_t")

    @property
    def size(self) -> int:
        """Bytes of one element; int4 lies two in a byte in constants, but is int8 outside."""
        return self.numpy.itemsize

    @property
    def numpy(self) -> np.dtype[Any]:
        """Little-endian NumPy type of one element."""
        name = "int8" if self is DType.INT4 else self.value
        made: np.dtype[Any] = np.dtype(name).newbyteorder("<")
        return made

    def nbytes(self, elements: int) -> int:
        """Bytes that so many elements take."""
        return -(-elements // 2) if self is DType.INT4 else elements * self.size

    def pack(self, values: Array) -> bytes:
        """The bytes of a constant; of two int4 the first is the low half of a byte."""
        flat = np.ascontiguousarray(values, self.numpy).ravel()
        if self is not DType.INT4:
            return flat.tobytes()
        low, high = np.pad(flat, (0, len(flat) % 2)).view(np.uint8).reshape(-1, 2).T & 15
        packed: bytes = (low | high << 4).tobytes()
        return packed

    def unpack(self, packed: bytes, elements: int) -> Array:
        """The elements of a constant.

        >>> DType.INT4.unpack(DType.INT4.pack(np.array([-8, 7, -1])), 3).tolist()
        [-8, 7, -1]
        """
        stored = np.frombuffer(packed, self.numpy)
        if self is not DType.INT4:
            return stored
        return np.stack([stored << 4 >> 4, stored >> 4], axis=1).ravel()[:elements]

    @property
    def limits(self) -> tuple[int, int]:
        """Least and greatest value of an integer type; False is 0 and True is 1."""
        if self is DType.BOOL:
            return 0, 1
        if self is DType.INT4:
            return -8, 7
        info = np.iinfo(self.numpy)
        return int(info.min), int(info.max)


@dataclass(frozen=True, slots=True)
class Tensor:
    """A value: its type, and its bytes (little-endian, C order) when it is constant.

    `origin` is the tensor's number in the model, None for one that a pass made. `channels` are
    those that are left of the model's tensor, as indices of its last axis; None if all are.
    `pitch`: elements from a pixel to the next where pixels of other tensors lie in between; None
    where a row is packed.
    """

    name: str
    shape: tuple[int, ...]
    dtype: DType
    quant: Quant | None = None
    const: bytes | None = None
    origin: int | None = None
    channels: tuple[int, ...] | None = None
    pitch: int | None = None

    @property
    def pixel_step(self) -> int:
        """Elements from a pixel to the next."""
        return self.rows[2] if self.pitch is None else self.pitch

    @property
    def q(self) -> Quant:
        """The quantization; a bug when there is none (operators check first)."""
        assert self.quant is not None, f"{self.name} is not quantized"
        return self.quant

    @property
    def data(self) -> Array:
        """The constant's values in its shape."""
        assert self.const is not None, f"{self.name} is not constant"
        return self.dtype.unpack(self.const, self.elements).reshape(self.shape)

    @property
    def elements(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of all elements, packed."""
        return self.dtype.nbytes(self.elements)

    @property
    def rows(self) -> tuple[int, int, int]:
        """(H, W, C), see `row_shape`."""
        return row_shape(self.shape)


def row_shape(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """A tensor seen as H rows of W pixels of C elements.

    Up to rank 4 the shape is NHWC, aligned right; a batch, or a rank above 4, makes it one row.
    """
    if len(shape) > 4 or (len(shape) == 4 and shape[0] != 1):
        return 1, math.prod(shape[:-1]), shape[-1]
    n, h, w, c = (1, 1, 1, 1, *shape)[-4:]
    return h, n * w, c


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows of a tensor lie in the rows of a joined one that it is a part of.

    Row y is in row `row` + y there: `count` runs of `run` bytes, the first `at` bytes behind the
    row's start and each `step` bytes behind the one before. Where `along` is not 0, all rows are in
    that one row, so many bytes from one to the next.
    """

    row: int
    at: int
    run: int
    step: int
    count: int
    along: int = 0

    def begin(self, y: int) -> tuple[int, int]:
        """The row of the joined tensor where row y lies, and the byte in it where y begins."""
        return (self.row, self.at + y * self.along) if self.along else (self.row + y, self.at)

    @property
    def span(self) -> int:
        """Bytes from the first of a row to the last, both included."""
        return (self.count - 1) * self.step + self.run

    @property
    def offsets(self) -> Array:
        """The bytes of a row as distances from its first."""
        return (self.step * np.arange(self.count)[:, None] + np.arange(self.run)).ravel()


@dataclass(frozen=True, slots=True)
class Node:
    """One application of an operator.

    `inputs` holds None for an optional input that is absent. `origins` are the numbers of the
    model's operators that this node came from, for provenance. `updates` are positions of inputs
    that it changes; the last outputs, one for each, are what they are afterwards. `places`: where
    the inputs lie in the output when their makers write them there, () where they do not. Such a
    node has nothing to do.
    """

    op: str  # key into weft.ops.REGISTRY
    inputs: tuple[TensorId | None, ...]
    outputs: tuple[TensorId, ...]
    attrs: Any = None  # the operator's own frozen attributes
    origins: tuple[int, ...] = ()
    updates: tuple[int, ...] = ()
    places: tuple[Place, ...] = ()

    @property
    def updated(self) -> tuple[tuple[TensorId, TensorId], ...]:
        """Each tensor that the node changes, before and after."""
        changed = [self.inputs[position] for position in self.updates]
        after = self.outputs[len(self.outputs) - len(changed) :]
        return tuple((b, a) for b, a in zip(changed, after, strict=True) if b is not None)


@dataclass(frozen=True, slots=True)
class State:
    """What an inference leaves to the next: it finds `before` and leaves `after`, byte for byte.

    The first inference finds `initial`.
    """

    before: TensorId
    after: TensorId
    initial: bytes


@dataclass(frozen=True, slots=True)
class Graph:
    """A whole model; `nodes` are in execution order.

    Beside its inputs and outputs it has states, which the caller does not see. Inputs and outputs
    may have names that the model's signature gives them.
    """

    name: str
    tensors: tuple[Tensor, ...]
    nodes: tuple[Node, ...]
    inputs: tuple[TensorId, ...]
    outputs: tuple[TensorId, ...]
    states: tuple[State, ...] = ()
    input_names: tuple[str, ...] = ()
    output_names: tuple[str, ...] = ()
    subgraph: int = 0  # its number in the model

    @property
    def sources(self) -> tuple[TensorId, ...]:
        """What is there before the first node runs: inputs, and states as they are found."""
        return (*self.inputs, *(s.before for s in self.states))

    @property
    def results(self) -> tuple[TensorId, ...]:
        """What must be there after the last node: outputs, and states as they are left."""
        return (*self.outputs, *(s.after for s in self.states))

    def __getitem__(self, tensor: TensorId) -> Tensor:
        return self.tensors[tensor]

    def activations(self, node: Node) -> tuple[TensorId, ...]:
        """The inputs of a node that are computed at run time, in order, without repeats.

        Those that it changes are not among them.
        """
        found = (
            t
            for position, t in enumerate(node.inputs)
            if t is not None and self[t].const is None and position not in node.updates
        )
        return tuple(dict.fromkeys(found))
