"""Convolutions with constant filters: attributes, checks and geometry of CONV_2D and DEPTHWISE.

Filters have their height in axis 1 and their width in axis 2. Knows where a filter is applied,
not how channels are combined.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from weft.ir import Node
from weft.ops.activation import fused_activation
from weft.ops.base import Options, OpView, Values
from weft.ops.checks import require, takes
from weft.ops.geometry import Geometry, RowWindow
from weft.ops.window import Axis, Sliding, explicit_pads, image, padded, rank_4, turned

FIELDS = (
    "padding",
    "stride_w",
    "stride_h",
    "fused_activation_function",
    "dilation_w_factor",
    "dilation_h_factor",
)
"""Options that both operators have."""


@dataclass(frozen=True, slots=True)
class Filtering(Sliding):
    """Where the filters are applied."""

    dilation_h: int
    dilation_w: int


def filtering(options: Options, op: OpView) -> Filtering:
    """Attributes from the options of either operator."""
    require(op, takes(2, 3), rank_4)
    height, width = image(op.input(1))
    stride_h, stride_w = int(options["stride_h"]), int(options["stride_w"])
    dilation_h, dilation_w = int(options["dilation_h_factor"]), int(options["dilation_w_factor"])
    window = Axis(height, stride_h, dilation_h), Axis(width, stride_w, dilation_w)
    pads = explicit_pads(options, image(op.input(0)), window)
    return Filtering(pads, stride_h, stride_w, fused_activation(options), dilation_h, dilation_w)


def upright(op: OpView) -> Node | None:
    """The node for upright images; only a filter of height 1 has the same bytes upright."""
    if op.input(1).shape[1] != 1:
        return None
    a = turned(op.attrs)
    return replace(op.node, attrs=replace(a, dilation_h=a.dilation_w, dilation_w=a.dilation_h))


def axes(op: OpView) -> tuple[Axis, Axis]:
    """The filter along rows and along columns."""
    (height, width), a = image(op.input(1)), op.attrs
    return (
        Axis(height, a.stride_h, a.dilation_h, a.pads.top, a.pads.bottom),
        Axis(width, a.stride_w, a.dilation_w, a.pads.left, a.pads.right),
    )


def row_window(op: OpView) -> RowWindow:
    """The rows that an output row reads, with a border of zero points at their sides."""
    rows, columns = axes(op)
    lead, trail = columns.before, columns.trail(image(op.input(0))[1])
    return RowWindow(rows.size, rows.stride, rows.dilation, rows.before, lead, trail)


def geometry(op: OpView) -> Geometry:
    """Every kernel reads these rows of the one input that is no parameter."""
    return Geometry((row_window(op),))


def pixel_step(op: OpView) -> int:
    """Input bytes from one output pixel's window to the next, 0 if there is only one."""
    return op.attrs.stride_w * op.input(0).shape[3] if op.output.shape[2] > 1 else 0


def column_step(op: OpView) -> int:
    """Input bytes from one filter column to the next, 0 if there is only one."""
    return op.attrs.dilation_w * op.input(0).shape[3] if op.input(1).shape[2] > 1 else 0


def taps(op: OpView, values: Values) -> Iterator[tuple[int, int, Values]]:
    """For each filter position (row, column): what it multiplies, (N, H out, W out, C).

    Zero points are already subtracted, so padding is 0. float64: exact, and quick to multiply.
    """
    rows, columns = axes(op)
    height, width = image(op.output)
    centered = padded(values.astype(np.float64) - op.input(0).q.zp, op.attrs.pads, 0)
    for y in range(rows.size):
        for x in range(columns.size):
            yield y, x, centered[:, rows.taken(y, height), columns.taken(x, width)]
