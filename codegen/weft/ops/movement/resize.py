"""RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR: an image of another height and width.

An output row needs one or two neighboring input rows. Which ones, TensorFlow Lite computes in
float32 for nearest neighbors and in integers, in units of 1/1024 pixel, for bilinear resizing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from weft.errors import CompileError
from weft.ir import DType, Node
from weft.ops import window
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array
from weft.ops.checks import activations, computed, constant, named, quantized, require, takes
from weft.ops.copy import moves_nothing, same_meaning, same_type
from weft.ops.elementwise.elementwise import is_int8, is_int16
from weft.ops.geometry import Geometry, RowTable
from weft.ops.window import image
from weft.quant import Ints, round_half_away, shift_right_round

_UNIT_BITS = 10  # positions of bilinear resizing are in units of 2^-10 pixel
_MOST_PIXELS = 1 << 16  # of a row, that a table holds


@dataclass(frozen=True, slots=True)
class Resizing:
    """Height and width to make, and where pixels lie: corners on corners, or centers halfway."""

    size: tuple[int, int]
    align_corners: bool
    half_pixel_centers: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """Positions along an axis: output i lies at start + i * step, in units of 2^-10 pixel."""

    start: int
    step: int
    length: int  # of the input

    def at(self, count: int) -> tuple[Ints, Ints]:
        """For each output the input before or at it, and how far behind that it lies."""
        position = np.maximum(self.start + self.step * np.arange(count, dtype=np.int64), 0)
        return position >> _UNIT_BITS, position & ((1 << _UNIT_BITS) - 1)


def _one_reading(op: OpView) -> str | None:
    "corners are aligned, or pixels have half-pixel centers, or neither"
    both = op.attrs.align_corners and op.attrs.half_pixel_centers
    return "the model asks for both" if both else None


def _resized_shape(op: OpView) -> str | None:
    "the output has the input's channels and the given height and width"
    expected = [1, *op.attrs.size, op.input(0).shape[3]]
    if list(op.output.shape) == expected:
        return None
    return f"{named(op.output)} is {list(op.output.shape)} instead of {expected}"


def _short_rows(op: OpView) -> str | None:
    "rows of the input have at most 65536 pixels"
    width = op.input(0).shape[2]
    return None if width <= _MOST_PIXELS else f"they have {width}"


def _inside(op: OpView) -> str | None:
    "no rounding error of the positions adds up to a whole pixel at the far end"
    for scan, count in zip(_scans(op), image(op.output), strict=True):
        first, _ = scan.at(count)
        if first[-1] >= scan.length:
            return f"{count} pixels are made of {scan.length}"
    return None


def nearest(length: int, count: int, a: Resizing) -> tuple[int, ...]:
    """The input pixel or row of each of `count` outputs, as TensorFlow Lite finds it in float32."""
    f32 = np.float32
    corners = a.align_corners and count > 1
    scale = f32(length - 1) / f32(count - 1) if corners else f32(length) / f32(count)
    offset = f32(0.5) if a.half_pixel_centers else f32(0)
    at = ((np.arange(count).astype(f32) + offset) * scale).astype(np.float64)
    found = [round_half_away(x) if a.align_corners else int(x) for x in at.tolist()]
    return tuple(min(x, length - 1) for x in found)


def _scan(length: int, count: int, a: Resizing) -> Scan:
    if a.align_corners and count > 1:
        last = count - 1
        return Scan(0, (((length - 1) << _UNIT_BITS) + last // 2) // last, length)
    step = ((length << _UNIT_BITS) + count // 2) // count
    start = step // 2 - (1 << (_UNIT_BITS - 1)) if a.half_pixel_centers else 0
    return Scan(start, step, length)


def _scans(op: OpView) -> tuple[Scan, Scan]:
    """Rows and columns of bilinear resizing."""
    rows, columns = (
        _scan(length, count, op.attrs)
        for length, count in zip(image(op.input(0)), op.attrs.size, strict=True)
    )
    return rows, columns


def _nearest_rows(op: OpView) -> Geometry:
    return Geometry((RowTable(nearest(op.input(0).shape[1], op.attrs.size[0], op.attrs)),))


def _nearest_params(op: OpView) -> Params:
    _, width, channels = op.input(0).rows
    columns = nearest(width, op.attrs.size[1], op.attrs)
    return {
        "columns": array(columns, "uint16"),
        "pixels": len(columns),
        "pixel": channels * op.input(0).dtype.size,
        "output_step": op.output.pixel_step * op.output.dtype.size,
    }


def _bilinear_rows(op: OpView) -> Geometry:
    rows, _ = _scans(op)
    first, _ = rows.at(op.attrs.size[0])
    return Geometry((RowTable(tuple(first.tolist()), count=2),))


def _bilinear_params(op: OpView) -> Params:
    rows, columns = _scans(op)
    return {
        "row_start": rows.start,
        "row_step": rows.step,
        "column_start": columns.start,
        "column_step": columns.step,
        "input_width": columns.length,
        "output_width": op.attrs.size[1],
        "channels": op.output.shape[3],
        "output_step": op.output.pixel_step,
    }


class _Resize(Operator):
    """What both share."""

    fields = ("align_corners", "half_pixel_centers")
    parameters = (1,)

    idle = staticmethod(moves_nothing)

    @staticmethod
    def parse(options: Options, op: OpView) -> Resizing:
        require(op, takes(2), constant(1, "size"))
        size = [int(n) for n in op.input(1).data.ravel()]
        if len(size) != 2:
            raise CompileError(f"the size has {len(size)} numbers instead of height and width")
        return Resizing(
            (size[0], size[1]), bool(options["align_corners"]), bool(options["half_pixel_centers"])
        )

    @staticmethod
    def turned(op: OpView) -> Node | None:
        height, width = op.attrs.size
        return replace(op.node, attrs=replace(op.attrs, size=(width, height)))


_CHECKS = (
    takes(1),
    computed(0, "input"),
    same_type,
    same_meaning,
    window.rank_4,
    window.one_batch,
    _one_reading,
    _resized_shape,
)


class ResizeNearestNeighbor(_Resize):
    """Each pixel is the nearest one of the input."""

    name = "resize_nearest_neighbor"
    tflite = "RESIZE_NEAREST_NEIGHBOR"
    options = "ResizeNearestNeighborOptions"
    checks = (*_CHECKS, _short_rows)
    kernels = (
        Kernel(
            symbol="weft_resize_nearest",
            struct="weft_resize_nearest_params",
            source="resize_nearest.c",
            header="resize_nearest.h",
            params=_nearest_params,
            rows=_nearest_rows,
            why="row by row",
            pitched=True,
        ),
    )

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        values = np.asarray(inputs[0])
        rows, columns = (
            list(nearest(length, count, op.attrs))
            for length, count in zip(values.shape[1:3], op.attrs.size, strict=True)
        )
        return (np.ascontiguousarray(values[:, rows][:, :, columns]),)


class ResizeBilinear(_Resize):
    """Each pixel is the mean of four of the input, weighted by their distance."""

    name = "resize_bilinear"
    tflite = "RESIZE_BILINEAR"
    options = "ResizeBilinearOptions"
    checks = (
        takes(1),
        computed(0, "input"),
        quantized(activations, "activations", DType.INT8, DType.INT16),
        *_CHECKS[2:],
        _inside,
    )
    kernels = tuple(
        Kernel(
            symbol=symbol,
            struct="weft_resize_bilinear_params",
            source="resize_bilinear.c",
            header="resize_bilinear.h",
            params=_bilinear_params,
            rows=_bilinear_rows,
            when=when,
            why="row by row, from two rows",
            pitched=True,
        )
        for symbol, when in (
            ("weft_resize_bilinear_s8", is_int8),
            ("weft_resize_bilinear_s16", is_int16),
        )
    )

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        values = np.asarray(inputs[0], np.int64)
        for axis, scan, count in zip((1, 2), _scans(op), op.attrs.size, strict=True):
            first, behind = scan.at(count)
            shape = [count if i == axis else 1 for i in range(4)]
            weight = behind.reshape(shape)
            near = values.take(first, axis)
            far = values.take(np.minimum(first + 1, scan.length - 1), axis)
            values = near * ((1 << _UNIT_BITS) - weight) + far * weight
        return (shift_right_round(values, 2 * _UNIT_BITS).astype(op.output.dtype.numpy),)
