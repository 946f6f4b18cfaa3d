"""PAD: int8 with a border of zeros, that is of the output's zero point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from weft.errors import CompileError
from weft.ir import Node
from weft.ops.base import (
    Geometry,
    Kernel,
    Operator,
    Options,
    OpView,
    Outside,
    Params,
    RowWindow,
    Values,
    array,
    whole,
)
from weft.ops.broadcast import MAX_AXES, at_most_six_axes, collapse, packed_steps, widened
from weft.ops.checks import constant, int8_operands, require, same_quantization, takes


@dataclass(frozen=True, slots=True)
class PadAttrs:
    """Elements before and after the input along each of its axes."""

    pads: tuple[tuple[int, int], ...]


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


def _image_pads(op: OpView) -> tuple[tuple[int, int], ...]:
    """Paddings of H, W and C; a tensor of lower rank has no padding along the missing axes."""
    pads = ((0, 0), (0, 0), (0, 0), *op.attrs.pads)
    return tuple(pads[-3:])


def _by_rows(op: OpView) -> bool:
    """Whether the output is one image, so that its rows are the input's or nothing but border."""
    shape = op.output.shape
    return len(shape) <= 3 or (len(shape) == 4 and shape[0] == 1)


def _row_geometry(op: OpView) -> Geometry:
    (top, _), _, _ = _image_pads(op)
    return Geometry((RowWindow(pad=top, outside=Outside.NULL),))


def _row_params(op: OpView) -> Params:
    _, (left, right), (before, after) = _image_pads(op)
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
        "fill": op.output.q.zp,
    }


def _box_params(op: OpView) -> Params:
    steps = packed_steps(op.output.shape)
    shape, (step,) = collapse(op.input(0).shape, steps)
    if step[-1:] != (1,):
        shape, step = (*shape, 1), (*step, 1)
    starts = zip(op.attrs.pads, steps, strict=True)
    return {
        "shape": array(widened(shape, MAX_AXES, 1), "uint32"),
        "step": array(widened(step, MAX_AXES, 0), "uint32"),
        "start": sum(before * size for (before, _), size in starts),
        "bytes": op.output.elements,
        "fill": op.output.q.zp,
    }


class Pad(Operator):
    """out = in with a border of zeros."""

    name = "pad"
    tflite = "PAD"
    options = "PadOptions"
    parameters = (1,)
    checks = (
        takes(1),
        int8_operands,
        same_quantization,
        at_most_six_axes,
        _pads_per_axis,
        _not_negative,
        _padded_shape,
    )
    kernels = (
        Kernel(
            symbol="weft_pad_s8",
            struct="weft_pad_s8_params",
            source="pad_s8.c",
            header="pad_s8.h",
            params=_row_params,
            rows=_row_geometry,
            when=_by_rows,
            why="row by row",
        ),
        Kernel(
            symbol="weft_pad_box_s8",
            struct="weft_pad_box_s8_params",
            source="pad_box_s8.c",
            header="pad_box_s8.h",
            params=_box_params,
            rows=whole,
            why="any axes",
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> PadAttrs:
        require(op, takes(2), constant(1, "list of paddings"))
        pads = op.input(1)
        if len(pads.shape) != 2 or pads.shape[1] != 2:
            raise CompileError(f"the paddings have shape {list(pads.shape)}, not one pair an axis")
        return PadAttrs(tuple((int(before), int(after)) for before, after in pads.data))

    @staticmethod
    def idle(op: OpView) -> bool:
        return not any(n for pair in op.attrs.pads for n in pair)

    @staticmethod
    def turned(op: OpView) -> Node | None:
        pads: tuple[tuple[int, int], ...] = op.attrs.pads
        batch, rows, columns, channels = ((0, 0),) * (4 - len(pads)) + pads
        return replace(op.node, attrs=PadAttrs((batch, columns, rows, channels)))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        values = np.asarray(inputs[0])
        return (np.pad(values, op.attrs.pads, constant_values=op.output.q.zp),)
