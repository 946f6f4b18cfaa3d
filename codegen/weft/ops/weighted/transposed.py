"""Transposed convolutions as convolutions of stride 1, one for each phase of rows and columns.

Knows where filters are applied, not how products become outputs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from weft.ops import window
from weft.ops.base import OpView, Params, Values
from weft.ops.geometry import Geometry, Outside, RowTable
from weft.ops.weighted import linear
from weft.ops.weighted.phases import Phases
from weft.ops.window import Axis
from weft.quant import Ints


def axes(op: OpView) -> tuple[Axis, Axis]:
    """The filter as a convolution from the output to the input applies it."""
    (height, width), a = window.image(op.input(1)), op.attrs
    return (
        Axis(height, a.stride_h, 1, a.pads.top, a.pads.bottom),
        Axis(width, a.stride_w, 1, a.pads.left, a.pads.right),
    )


def phases(op: OpView) -> tuple[Phases, Phases]:
    """Rows and columns."""
    inputs = window.image(op.input(0))
    rows, columns = zip(axes(op), window.image(op.output), inputs, strict=True)
    return Phases(*rows), Phases(*columns)


def geometry(op: OpView) -> Geometry:
    """Every kernel reads as many rows as the phase with the most taps needs."""
    rows, columns = phases(op)
    first = tuple(int(y) for y in rows.first)
    border = columns.lead, columns.trail
    return Geometry((RowTable(first, rows.most, *border, Outside.ZERO_POINT),))


def filters(op: OpView) -> Iterator[Values]:
    """For each phase of rows, and each of columns, its filter as (O, H, W, I)."""
    rows, columns = phases(op)
    weights = op.input(1).data
    for y in range(op.attrs.stride_h):
        for x in range(op.attrs.stride_w):
            found = weights[:, rows.taps(y), columns.taps(x)]
            shape = len(weights), rows.count(y), columns.count(x), weights.shape[3]
            yield found if found.size else np.zeros(shape, np.int8)


def bias(op: OpView, phase: Values) -> Ints:
    """The bias of a phase's sums, or of several phases', with what the input's zero point adds."""
    weights = phase.astype(np.int64).sum(axis=(1, 2, 3))
    given = linear.bias(op, op.output.shape[3])
    found: Ints = np.resize(given, len(phase)) - op.input(0).q.zp * weights
    return found


def params(op: OpView) -> Params:
    """The fields from which kernels find the inputs of a phase."""
    rows, columns = phases(op)
    return {
        "filter_height": rows.axis.size,
        "filter_width": columns.axis.size,
        "stride_height": rows.axis.stride,
        "stride_width": columns.axis.stride,
        "pad_top": rows.axis.before,
        "pad_left": columns.axis.before,
        "lead": columns.lead,
    }
