"""Layers and storages: the program as rows that are read and written, nothing else.

From here on the scheduler, the life analysis and the executor's tables know no operator: a
layer is a number of steps, and each step reads rows of some bands and writes rows of others.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weft.ir import Graph, Place, TensorId
from weft.ops import REGISTRY, RowTable, Whole
from weft.ops.geometry import Access, Outside
from weft.select import Call


@dataclass(frozen=True, slots=True)
class Reader:
    """An input of a layer: step k reads `count` rows from row start + k * advance on, or from row
    table[k] on where there is a table.

    Rows outside the image do not exist: the kernel gets a row of zero points, or NULL where
    `null_outside`. `whole`: the rows are read as packed bytes through one pointer. `lead` and
    `trail` are the pixels of `pixel` bytes beside the image that the kernel reads.
    """

    tensor: TensorId
    count: int
    start: int = 0
    advance: int = 0
    lead: int = 0
    trail: int = 0
    pixel: int = 0
    whole: bool = False
    null_outside: bool = False
    table: tuple[int, ...] = ()

    def first_rows(self, steps: int) -> npt.NDArray[np.int64]:
        """The first row, existing or not, that each of the first `steps` steps reads."""
        if self.table:
            return np.array(self.table[:steps], np.int64)
        return self.start + self.advance * np.arange(steps)

    def rows(self, step: int, height: int) -> range:
        """The existing rows that a step reads."""
        first = self.table[step] if self.table else self.start + step * self.advance
        found = range(max(first, 0), min(first + self.count, height))
        return found if found else range(0)


@dataclass(frozen=True, slots=True)
class Part:
    """A tensor without rows of its own: they lie in those of the tensor that it is joined into."""

    tensor: TensorId
    height: int
    place: Place


@dataclass(frozen=True, slots=True)
class Writer:
    """An output of a layer: step k writes up to `block` rows from row k * block on.

    An accumulating layer writes row 0, or all rows, in every step; they are complete after the
    last. Where the layer makes a `part` of the tensor, its rows begin at a row of the tensor and
    may hold some of the bytes only; other layers write the rest.
    """

    tensor: TensorId
    block: int
    whole: bool = False
    accumulate: bool = False
    part: Part | None = None

    @property
    def made(self) -> TensorId:
        """The tensor that the layer makes: the part, where it makes one."""
        return self.part.tensor if self.part else self.tensor

    def extent(self, height: int) -> range:
        """The rows that all steps together write."""
        if self.part is None:
            return range(height)
        last, _ = self.part.place.begin(self.part.height - 1)
        return range(self.part.place.row, last + 1)

    @property
    def advance(self) -> int:
        """Rows from the first that a step writes to that of the next step."""
        along = self.part is not None and self.part.place.along > 0
        return 0 if self.accumulate or along else self.block

    def rows(self, step: int, height: int) -> range:
        """The rows that a step writes."""
        extent = self.extent(height)
        first = extent.start + step * self.advance
        return range(first, min(first + self.block, extent.stop))

    def own_rows(self, step: int, height: int) -> range:
        """The same as rows of what the layer makes."""
        first = 0 if self.accumulate else step * self.block
        return range(first, min(first + self.block, self.part.height if self.part else height))

    def steps_for(self, rows: int, height: int) -> int:
        """The steps after which those of the first `rows` rows that it writes are there."""
        extent = self.extent(height)
        if self.part and self.part.place.along:
            return -(-self.part.height // self.block) if rows > extent.start else 0
        return max(0, -(-(min(rows, extent.stop) - extent.start) // self.block))


@dataclass(frozen=True, slots=True)
class Update:
    """A tensor that every step of a layer changes where it lies: the same bytes, two names."""

    before: TensorId
    after: TensorId


@dataclass(frozen=True, slots=True)
class Layer:
    """A kernel's work cut into steps. Bytes for scratch (one step) and state (all steps)."""

    steps: int
    reads: tuple[Reader, ...]
    writes: tuple[Writer, ...]
    updates: tuple[Update, ...] = ()
    scratch: int = 0
    state: int = 0
    in_place: bool = False
    moves: bool = False  # no operator of the model: brings rows to where a reader wants them


def layers(graph: Graph, calls: Sequence[Call], *, input_rows: bool) -> tuple[Layer, ...]:
    """The layers of a program, in the order of its calls.

    With `input_rows` a layer for each graph input follows: its steps are the rows that the
    caller brings.
    """
    pushed, parts = graph.inputs if input_rows else (), _joined_parts(graph)
    return (*(_layer(graph, call, parts) for call in calls), *(_pushed(graph, t) for t in pushed))


def _pushed(graph: Graph, tensor: TensorId) -> Layer:
    return Layer(graph[tensor].rows[0], (), (Writer(tensor, block=1),), moves=True)


_Parts = Mapping[TensorId, tuple[TensorId, Part]]
"""For each tensor that is made in place the one that it is joined into, and how."""


def _joined_parts(graph: Graph) -> _Parts:
    return {
        t: (node.outputs[0], Part(t, graph[t].rows[0], place))
        for node in graph.nodes
        for t, place in zip(node.inputs, node.places, strict=False)
        if t is not None
    }


def _layer(graph: Graph, call: Call, parts: _Parts) -> Layer:
    accesses = call.geometry.inputs
    sources = graph.activations(call.node)
    assert len(sources) == len(accesses), f"{call.kernel.symbol}: geometry of every activation"
    outputs = call.node.outputs[: len(call.node.outputs) - len(call.node.updates)]
    heights = [graph[t].rows[0] for t in outputs]
    if call.geometry.accumulate:
        steps = graph[sources[0]].rows[0]
    else:
        steps = 1 if call.geometry.whole_output else -(-max(heights) // call.block)
    reads = tuple(
        _reader(graph, t, access, call.block) for t, access in zip(sources, accesses, strict=True)
    )
    writes = tuple(_writer(t, h, call, parts) for t, h in zip(outputs, heights, strict=True))
    return Layer(
        steps,
        reads,
        writes,
        tuple(Update(*pair) for pair in call.node.updated),
        call.scratch,
        call.state,
        in_place=call.kernel.in_place,
        moves=not call.node.origins,
    )


def _writer(tensor: TensorId, height: int, call: Call, parts: _Parts) -> Writer:
    joined, part = parts.get(tensor, (tensor, None))
    whole = call.geometry.whole_output
    assert not (whole and part) or height == 1, "a part of several rows is not packed"
    return Writer(
        joined,
        block=height if whole else call.block,
        whole=whole and part is None,
        accumulate=call.geometry.accumulate,
        part=part,
    )


def _reader(graph: Graph, tensor: TensorId, access: Access, block: int) -> Reader:
    if isinstance(access, Whole):
        return Reader(tensor, count=graph[tensor].rows[0], whole=True)
    table: tuple[int, ...] = ()
    if isinstance(access, RowTable):
        assert block == 1, "a table gives the rows of steps that make one row"
        count, start, advance = access.count, access.first[0], _common_step(access.first)
        if advance is None:
            table, start, advance = access.first, 0, 0
    else:
        count = (block - 1) * access.stride + access.extent
        start, advance = -access.pad, block * access.stride
    return Reader(
        tensor,
        count=count,
        start=start,
        advance=advance,
        lead=access.lead,
        trail=access.trail,
        pixel=graph[tensor].rows[2] * graph[tensor].dtype.size,
        null_outside=access.outside is Outside.NULL,
        table=table,
    )


def _common_step(first: Sequence[int]) -> int | None:
    """The step from each row to the next if it is the same everywhere and not downwards."""
    steps = {b - a for a, b in itertools.pairwise(first)} or {0}
    step = steps.pop()
    return step if not steps and step >= 0 else None


def views(graph: Graph) -> dict[TensorId, TensorId]:
    """Tensors that share another tensor's bytes, with the tensor that owns them."""
    owner: dict[TensorId, TensorId] = {}
    for node in graph.nodes:
        if REGISTRY[node.op].view:
            source = node.inputs[0]
            assert source is not None
            owner[node.outputs[0]] = owner.get(source, source)
    return owner
