"""Layers of int16 activations and int8 weights: what runtime/include/weft/wide.h takes.

Products with up to 511 weights fit an int32 whatever the weights are, and with more of them where
their absolute sum is below 2**16. Kernels add up as many in 32 bits as are proved to fit, and the
rest of a sum in 64 bits, so that one kernel is exact for every layer and quick for most.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from weft.ops.activation import clamp_range
from weft.ops.base import OpView, Params, array
from weft.ops.weighted import linear
from weft.quant import INT32_MAX, shortened

WHY = "portable C; as many products as fit are added up in 32 bits, the rest in 64"
KERNEL: Mapping[str, Any] = {
    "symbol": "weft_conv_2d_s16",
    "struct": "weft_conv_2d_s16_params",
    "source": "conv_2d_s16.c",
    "header": "conv_2d_s16.h",
    "when": linear.int16_activated,
    "why": WHY,
}
"""What the kernels of CONV_2D and FULLY_CONNECTED have in common."""

PIECE = 511  # products of int16 and int8 values that fit an int32 in any case
_LARGEST = 1 << 15  # absolute value of an int16


def output_params(op: OpView, axis: int, reals: list[float]) -> Params:
    """The fields from a sum to an output."""
    bias = linear.bias(op, op.input(1).shape[axis])
    multiplier, shift = linear.requantization(reals, len(bias))
    if linear.rounds_once(op):
        multiplier, shift = shortened(multiplier, shift)
    low, high = clamp_range(op.attrs.activation, op.output.q, *op.output.dtype.limits)
    return {
        "bias": array(bias, "int64"),
        "multiplier": array(multiplier, "int32"),
        "shift": array(shift, "int8"),
        "rounds_once": int(linear.rounds_once(op)),
        "activation_min": low,
        "activation_max": high,
    }


def products_fit(op: OpView, axis: int) -> bool:
    """Whether all products of a sum, in whatever order, fit an int32."""
    spread = np.abs(linear.matrix(op, axis)).sum(axis=1).max()
    return bool(spread * _LARGEST <= INT32_MAX)


def piece_params(op: OpView, axis: int, rows: int, length: int) -> Params:
    """How many filter rows, and how many elements of a row, are added up in 32 bits."""
    if products_fit(op, axis) or rows * length <= PIECE:
        return {"rows_at_once": rows, "piece": length}
    return {"rows_at_once": 1, "piece": min(length, PIECE)}
