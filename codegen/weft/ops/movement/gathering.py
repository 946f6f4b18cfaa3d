"""Parts of a tensor that are chosen by index: what GATHER and GATHER_ND share.

Constant indices are in range. Indices that come at run time are brought into it: below 0 to the
first, above the end to the last; the reference interpreter refuses to run or reads elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from weft.ir import DType, TensorId
from weft.ops.base import Kernel, Operator, OpView, Params, Values, array, whole
from weft.ops.broadcast import Shape, packed_steps
from weft.ops.checks import named
from weft.ops.copy import row_bytes
from weft.ops.geometry import Access, Geometry, RowTable, RowWindow, Whole
from weft.ops.streams import Streams


@dataclass(frozen=True, slots=True)
class Gathering:
    """The input as (batches, outer, *sizes, run), the indices as (batches, count, len(sizes)).

    The output is (batches, outer, count, run): an index names a place along `sizes`.
    """

    batches: int
    outer: int
    sizes: Shape
    run: int
    count: int

    @property
    def steps(self) -> Shape:
        """Elements from one place along each of `sizes` to the next."""
        return tuple(step * self.run for step in packed_steps(self.sizes))

    def places(self, indices: Values) -> Values:
        """For each batch the places of its indices along all `sizes` as one axis; in range."""
        split = indices.reshape(self.batches, self.count, len(self.sizes)).astype(np.int64)
        inside = np.clip(split, 0, np.array(self.sizes) - 1)
        return np.asarray((inside * packed_steps(self.sizes)).sum(axis=-1))


@dataclass(frozen=True, slots=True)
class GatherAttrs:
    """Both counted from the front; the first `batch_dims` axes have indices of their own."""

    axis: int
    batch_dims: int


def index_types(op: OpView) -> str | None:
    "indices are int32, or constant and int64"
    indices = op.input(1)
    allowed = (DType.INT32,) if indices.const is None else (DType.INT32, DType.INT64)
    return None if indices.dtype in allowed else f"{named(indices)} is {indices.dtype.value}"


def some_computed(op: OpView) -> str | None:
    "the input or its indices are computed at run time"
    constant = op.input(0).const is not None and op.input(1).const is not None
    return "both are constant" if constant else None


def output_shape(op: OpView, expected: Shape) -> str | None:
    """What is wrong with the output's shape, if anything."""
    if op.output.shape == expected:
        return None
    return f"{named(op.output)} is {list(op.output.shape)} instead of {list(expected)}"


def in_range(op: OpView) -> str | None:
    "constant indices are in range"
    indices, sizes = op.input(1), _gathering(op).sizes
    if indices.const is None:
        return None
    split = indices.data.reshape(-1, len(sizes))
    bad = np.argwhere((split < 0) | (split >= np.array(sizes)))
    if not len(bad):
        return None
    row, axis = (int(i) for i in bad[0])
    return f"{named(indices)} has {split[row, axis]} for {sizes[axis]}"


def _gathering(op: OpView) -> Gathering:
    shape, indices = op.input(0).shape, op.input(1).shape
    if not isinstance(op.attrs, GatherAttrs):
        depth = indices[-1]
        return Gathering(1, 1, shape[:depth], math.prod(shape[depth:]), math.prod(indices[:-1]))
    axis, batch = op.attrs.axis, op.attrs.batch_dims
    return Gathering(
        math.prod(shape[:batch]),
        math.prod(shape[batch:axis]),
        shape[axis : axis + 1],
        math.prod(shape[axis + 1 :]),
        math.prod(indices[batch:]),
    )


def _takes_rows(op: OpView) -> bool:
    """Whether the indices are known and each names a row that becomes a row of the output."""
    g = _gathering(op)
    _, pixels, channels = op.input(0).rows
    single = g.batches == g.outer == 1 and op.output.rows[0] == g.count
    return (
        op.input(0).const is None
        and op.input(1).const is not None
        and (single and pixels * channels == g.run)
    )


def _rows_of_table(op: OpView) -> Geometry:
    places = _gathering(op).places(op.input(1).data).ravel()
    return Geometry((RowTable(tuple(places.tolist())),))


def _within_rows(op: OpView) -> bool:
    """Whether each row of the output is gathered from the same row of the input."""
    g, height = _gathering(op), op.output.rows[0]
    apart = op.node.inputs[0] != op.node.inputs[1] and op.input(0).const is None
    return apart and g.batches == 1 and op.input(0).rows[0] == height and g.outer % height == 0


def _row_geometry(op: OpView) -> Geometry:
    indices: tuple[Access, ...] = () if op.input(1).const is not None else (Whole(),)
    return Geometry((RowWindow(), *indices))


def _source(op: OpView, position: int, dtype: str) -> tuple[Values | int, int]:
    """The constant, 0 for the null pointer, and the number among the kernel's inputs."""
    tensor = op.input(position)
    if tensor.const is not None:
        return array(tensor.data.ravel(), dtype), 0
    pairs = zip(op.node.inputs, op.inputs, strict=True)
    computed = dict.fromkeys(i for i, t in pairs if t is not None and t.const is None)
    numbers: list[TensorId | None] = list(computed)
    return 0, numbers.index(op.node.inputs[position])


def _params(op: OpView, g: Gathering) -> Params:
    size = op.output.dtype.size
    values, from_ = _source(op, 0, op.input(0).dtype.value)
    if not isinstance(values, int):
        values = values.view(np.int8)
    indices, by = _source(op, 1, "int32")
    return {
        "values": values,
        "indices": indices,
        "sizes": array(g.sizes, "uint32"),
        "steps": array([step * size for step in g.steps], "uint32"),
        "axes": len(g.sizes),
        "batches": g.batches,
        "outer": g.outer,
        "count": g.count,
        "run": g.run * size,
        "from": from_,
        "by": by,
    }


def _row_params(op: OpView) -> Params:
    g = _gathering(op)
    return _params(op, replace(g, outer=g.outer // op.output.rows[0]))


def _kernel(
    params: Callable[[OpView], Params],
    rows: Callable[[OpView], Geometry],
    why: str,
    when: Callable[[OpView], bool] = lambda _: True,
) -> Kernel:
    return Kernel(
        symbol="weft_gather",
        struct="weft_gather_params",
        source="gather.c",
        header="gather.h",
        params=params,
        rows=rows,
        when=when,
        why=why,
    )


class ByIndex(Operator):
    """What both share."""

    streams = Streams.WHERE_ROWS_ALLOW
    kernels = (
        Kernel(
            symbol="weft_copy_rows",
            struct="weft_copy_rows_params",
            source="copy_rows.c",
            header="copy_rows.h",
            params=row_bytes,
            rows=_rows_of_table,
            when=_takes_rows,
            why="rows by a table",
        ),
        _kernel(_row_params, _row_geometry, "within each row", _within_rows),
        _kernel(lambda op: _params(op, _gathering(op)), whole, "any axes"),
    )

    @staticmethod
    def expects(op: OpView, position: int) -> tuple[int, int] | None:
        return (0, min(_gathering(op).sizes) - 1) if position == 1 else None

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        g, values = _gathering(op), np.asarray(inputs[0])
        split = values.reshape(g.batches, g.outer, math.prod(g.sizes), g.run)
        places = g.places(np.asarray(inputs[1]))
        made = [batch[:, chosen] for batch, chosen in zip(split, places, strict=True)]
        return (np.stack(made).reshape(op.output.shape),)
