"""Functions of int16 that are two straight lines from 0, one to each side, and clamped.

The kernel of RELU, RELU6, LEAKY_RELU and ABS. Knows numbers of the kernel, not operators.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from weft.ops.base import Kernel, OpView, Params, Values
from weft.ops.elementwise.elementwise import is_int16
from weft.quant import Requant, requantize

Slopes = Callable[[OpView], tuple[Requant, Requant]]
"""The factors of negative and of positive inputs."""

Range = Callable[[OpView], tuple[int, int]]
"""Least and greatest output."""


def two_slopes(op: OpView, values: Values | None, slopes: Slopes, limits: Range) -> Values:
    """The exact outputs, of int8 or int16."""
    centered = np.asarray(values, np.int64) - op.input(0).q.zp
    negative, positive = (requantize(centered, f.multiplier, f.shift) for f in slopes(op))
    scaled = np.where(centered < 0, negative, positive) + op.output.q.zp
    outputs: Values = np.clip(scaled, *limits(op)).astype(op.output.dtype.numpy)
    return outputs


def slopes_kernel(slopes: Slopes, limits: Range) -> Kernel:
    """The kernel for int16 tensors."""

    def params(op: OpView) -> Params:
        (negative, positive), (lo, hi) = slopes(op), limits(op)
        _, pixels, channels = op.output.rows
        return {
            "negative_multiplier": negative.multiplier,
            "negative_shift": negative.shift,
            "positive_multiplier": positive.multiplier,
            "positive_shift": positive.shift,
            "lo": lo,
            "hi": hi,
            "elements": pixels * channels,
        }

    return Kernel(
        symbol="weft_slopes_s16",
        struct="weft_slopes_s16_params",
        source="slopes_s16.c",
        header="slopes_s16.h",
        params=params,
        when=is_int16,
        why="row by row",
        in_place=True,
    )
