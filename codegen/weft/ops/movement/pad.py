"""PAD and PADV2: a border of zeros, that is of the output's zero point, or of a given value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from weft.errors import CompileError
from weft.ir import DType, Node
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array, whole
from weft.ops.broadcast import MAX_AXES, at_most_six_axes, collapse, packed_steps, widened
from weft.ops.checks import computed, constant, named, require, takes
from weft.ops.copy import moves_nothing, same_meaning, same_type
from weft.ops.geometry import Geometry, Outside, RowWindow
from weft.ops.streams import Streams

_ZERO_IS_SOMEWHERE = (DType.INT8, DType.UINT8, DType.INT16)

Pads = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PadAttrs:
    """Elements before and after the input along each of its axes."""

    pads: Pads


def _element_size(op: OpView) -> str | None:
    "elements have 1, 2 or 4 bytes"
    dtype = op.output.dtype
    return None if dtype.size in (1, 2, 4) else f"they are {dtype.value}"


def _known_zero(op: OpView) -> str | None:
    "int8, uint8 and int16 have a scale and zero point, which stands for zero"
    output = op.output
    if output.dtype not in _ZERO_IS_SOMEWHERE or output.quant is not None:
        return None
    return f"{named(output)} has none"


def _pads_per_axis(op: OpView) -> str | None:
    "there is a pair of paddings for each axis of the input"
    rank = len(op.input(0).shape)
    return None if len(op.attrs.pads) == rank else f"there are {len(op.attrs.pads)} for rank {rank}"


def _not_negative(op: OpView) -> str | None:
    "no padding is negative"
    pads = [list(pair) for pair in op.attrs.pads]
    return f"they are {pads}" if any(n < 0 for pair in pads for n in pair) else None


def _padded_shape(op: OpView) -> str | None:
    "the output's shape is the input's shape with its paddings"
    shape, pads = op.input(0).shape, op.attrs.pads
    padded = [before + n + after for n, (before, after) in zip(shape, pads, strict=True)]
    return (
        None
        if list(op.output.shape) == padded
        else f"they are {list(op.output.shape)} and {padded}"
    )


SHAPE_CHECKS = (at_most_six_axes, _pads_per_axis, _not_negative, _padded_shape)
"""Checks of every operator with `PadAttrs`."""


def parse_pads(op: OpView) -> Pads:
    """The second input: a pair of paddings for each axis."""
    require(op, takes(2, 3), constant(1, "list of paddings"))
    pads = op.input(1)
    if len(pads.shape) != 2 or pads.shape[1] != 2:
        raise CompileError(f"the paddings have shape {list(pads.shape)}, not one pair an axis")
    return tuple((int(before), int(after)) for before, after in pads.data)


def turned_pads(op: OpView) -> Pads:
    """The paddings of an image of height 1 once it is upright."""
    pads: Pads = op.attrs.pads
    batch, rows, columns, channels = ((0, 0),) * (4 - len(pads)) + pads
    return batch, columns, rows, channels


def image_pads(op: OpView) -> Pads:
    """Paddings of H, W and C; a tensor of lower rank has no padding along the missing axes."""
    pads = ((0, 0), (0, 0), (0, 0), *op.attrs.pads)
    return tuple(pads[-3:])


def _by_rows(op: OpView) -> bool:
    """Whether the output is one image, so that its rows are the input's or nothing but border."""
    shape = op.output.shape
    return len(shape) <= 3 or (len(shape) == 4 and shape[0] == 1)


def _row_geometry(op: OpView) -> Geometry:
    (top, _), _, _ = image_pads(op)
    return Geometry((RowWindow(pad=top, outside=Outside.NULL),))


Fill = Callable[[OpView], Values]
"""The value of the border, as a NumPy scalar of the output's type."""


def _zero(op: OpView) -> Values:
    output = op.output
    quantized = output.dtype in _ZERO_IS_SOMEWHERE
    return np.array(output.q.zp if quantized else 0, output.dtype.numpy)


def _given(op: OpView) -> Values:
    return op.input(1).data.reshape(())


def _border(op: OpView, fill: Fill) -> dict[str, int]:
    """Element size and bits of the border."""
    value = fill(op)
    bits = value.view(np.int32) if value.dtype.kind == "f" else value
    return {"size": op.output.dtype.size, "fill": int(bits)}


def _row_params(op: OpView, fill: Fill) -> Params:
    _, (left, right), (before, after) = image_pads(op)
    _, pixels, channels = op.input(0).rows
    if not before and not after:
        pixels, channels = 1, pixels * channels
    pixel = op.output.rows[2]
    return {
        "left": left * pixel,
        "right": right * pixel,
        "pixels": pixels,
        "channels": channels,
        "before": before,
        "after": after,
        **_border(op, fill),
    }


def _box_params(op: OpView, fill: Fill) -> Params:
    steps = packed_steps(op.output.shape)
    shape, (step,) = collapse(op.input(0).shape, steps)
    if step[-1:] != (1,):
        shape, step = (*shape, 1), (*step, 1)
    starts = zip(op.attrs.pads, steps, strict=True)
    return {
        "shape": array(widened(shape, MAX_AXES, 1), "uint32"),
        "step": array(widened(step, MAX_AXES, 0), "uint32"),
        "start": sum(before * size for (before, _), size in starts),
        "elements": op.output.elements,
        **_border(op, fill),
    }


def _kernels(fill: Fill) -> tuple[Kernel, ...]:
    return (
        Kernel(
            symbol="weft_pad",
            struct="weft_pad_params",
            source="pad.c",
            header="pad.h",
            params=lambda op: _row_params(op, fill),
            rows=_row_geometry,
            when=_by_rows,
            why="row by row",
        ),
        Kernel(
            symbol="weft_pad_box",
            struct="weft_pad_box_params",
            source="pad_box.c",
            header="pad_box.h",
            params=lambda op: _box_params(op, fill),
            rows=whole,
            why="any axes",
        ),
    )


def _reference(op: OpView, values: Values | None, fill: Fill) -> tuple[Values, ...]:
    padded = np.pad(np.asarray(values), op.attrs.pads, constant_values=fill(op))
    return (padded,)


class _Pad(Operator):
    """What both share."""

    streams = Streams.WHERE_ROWS_ALLOW

    @staticmethod
    def parse(options: Options, op: OpView) -> PadAttrs:
        return PadAttrs(parse_pads(op))

    idle = staticmethod(moves_nothing)

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return replace(op.node, attrs=PadAttrs(turned_pads(op)))


class Pad(_Pad):
    """out = in with a border of zeros."""

    name = "pad"
    tflite = "PAD"
    options = "PadOptions"
    parameters = (1,)
    checks = (
        takes(1),
        computed(0, "input"),
        same_type,
        _element_size,
        same_meaning,
        _known_zero,
        *SHAPE_CHECKS,
    )
    kernels = _kernels(_zero)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _reference(op, inputs[0], _zero)


def _one_value(op: OpView) -> str | None:
    "the border is one value of the input's type"
    value, dtype = op.input(1), op.input(0).dtype
    if value.dtype is not dtype:
        return f"{named(value)} is {value.dtype.value} and {named(op.input(0))} is {dtype.value}"
    return None if value.elements == 1 else f"{named(value)} has {value.elements} values"


def _border_means_the_same(op: OpView) -> str | None:
    "the border has the input's scale and zero point, if it has any"
    value, source = op.input(1), op.input(0)
    if value.quant is None or value.dtype not in _ZERO_IS_SOMEWHERE:
        return None
    return None if value.quant == source.quant else f"those of {named(value)} are others"


class PadV2(_Pad):
    """out = in with a border of a given value."""

    name = "pad_v2"
    tflite = "PADV2"
    options = "PadV2Options"
    parameters = (1,)
    checks = (
        takes(2),
        computed(0, "input"),
        constant(1, "border"),
        same_type,
        _element_size,
        same_meaning,
        _one_value,
        _border_means_the_same,
        *SHAPE_CHECKS,
    )
    kernels = _kernels(_given)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _reference(op, inputs[0], _given)
