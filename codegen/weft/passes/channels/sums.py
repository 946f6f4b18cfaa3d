"""Bounds of convolutions and FULLY_CONNECTED: of their int32 sums, and of what these become."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from weft.ops import OpView
from weft.ops.weighted import linear
from weft.passes.channels.facts import Facts, facts
from weft.passes.channels.filters import Filters, multipliers
from weft.quant import INT32_MAX, Ints


def sum_bounds(op: OpView, filters: Filters, x: Facts) -> Ints:
    """Least (row 0) and greatest (row 1) sum of each output channel, for inputs within bounds."""
    low, high = (bound - op.input(0).q.zp for bound in (x.low, x.high))
    inner, border = filters.weights[:, ~filters.border], filters.weights[:, filters.border]
    least, greatest = filters.bias, filters.bias
    for weights, lows, highs in (
        (inner, low, high),
        (border, np.minimum(low, 0), np.maximum(high, 0)),
    ):
        if not weights.size:
            continue
        rising, falling = np.maximum(weights, 0).sum(axis=1), np.minimum(weights, 0).sum(axis=1)
        a, b = lows[filters.source], highs[filters.source]
        least = least + (rising * a + falling * b).sum(axis=1)
        greatest = greatest + (rising * b + falling * a).sum(axis=1)
    return np.stack([least, greatest])


def linear_facts(op: OpView, filters: Filters, x: Facts, sums: Ints) -> Facts:
    """Facts of the output, from those of the input and the bounds of the sums.

    Requantization and clamp keep order, so the bounds' images are bounds; unless a left shift
    wraps, then anything can come out.
    """
    reals = multipliers(op)
    multiplier, shift = linear.requantization(reals, sums.shape[1])
    wraps = np.abs(sums).max(axis=0) << np.maximum(shift, 0) > INT32_MAX - 256
    two_rows = replace(op, outputs=(replace(op.output, shape=sums.shape),))
    values = linear.finish(two_rows, sums, reals).astype(np.int64)
    return facts(
        np.where(wraps, -128, values.min(axis=0)),
        np.where(wraps, 127, values.max(axis=0)),
        filters.weights.reshape(sums.shape[1], -1),
        filters.bias,
        multiplier,
        shift,
        x.twin[filters.source],
    )
