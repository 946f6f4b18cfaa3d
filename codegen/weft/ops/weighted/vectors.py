"""A matrix times vectors: what the kernels of FULLY_CONNECTED have in common."""

from __future__ import annotations

import math

import numpy as np

from weft.ops.base import OpView
from weft.ops.weighted import linear
from weft.quant import f32

AXIS = 0  # output channels of (outputs, inputs) weights


def batch(op: OpView) -> int:
    """How many vectors there are."""
    return math.prod(op.output.shape[:-1])


def multipliers(op: OpView) -> list[float]:
    """As linear.double_multipliers, but one scale of weights is multiplied in float32."""
    if op.input(1).q.per_channel:
        return linear.double_multipliers(op)
    with np.errstate(over="ignore"):
        product = f32(np.float32(op.input(0).q.s) * np.float32(op.input(1).q.scale[0]))
    return [product / op.output.q.s]
