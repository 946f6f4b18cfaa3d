"""Sums of int8 elements of one scale, as TensorFlow Lite Micro's ADD_N and CUMSUM make them.

Each element is shifted left for precision and halved; the sum, which wraps, is requantized. All
elements having one scale, that is the sum of the elements shifted left by 19.
"""

from __future__ import annotations

import numpy as np

from weft.ops.base import OpView, Params, Values
from weft.quant import IntLike, Requant, requantize, wrap32

_SHIFT = 20  # by which TensorFlow Lite Micro shifts elements
_HALVED = _SHIFT - 1


def _requant(op: OpView) -> Requant:
    return Requant.of(2 * op.input(0).q.s / ((1 << _SHIFT) * op.output.q.s))


def output_not_too_fine(op: OpView) -> str | None:
    "twice the input's scale is below 2^20 output scales"
    scale, unit = op.input(0).q.s, op.output.q.s
    if 2 * scale < (1 << _SHIFT) * unit and _requant(op).shift <= 0:
        return None
    return f"it is {2 * scale:.9g} and the output scale is {unit:.9g}"


def params(op: OpView) -> Params:
    """The numbers that a kernel needs for sums of elements."""
    requant = _requant(op)
    return {
        "zero_point": op.input(0).q.zp,
        "multiplier": requant.multiplier,
        "shift": requant.shift,
        "output_zero_point": op.output.q.zp,
    }


def outputs(op: OpView, sums: IntLike) -> Values:
    """The outputs for sums of elements less their zero points."""
    requant = _requant(op)
    scaled = requantize(wrap32(np.asarray(sums) << _HALVED), requant.multiplier, requant.shift)
    found: Values = np.clip(scaled + op.output.q.zp, -128, 127).astype(np.int8)
    return found
