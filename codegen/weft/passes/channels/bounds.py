"""Facts of the outputs of operators without filters.

Bounds come from the operators' own reference, evaluated where its extremes are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from weft.ops import REGISTRY, OpView
from weft.ops.activation import clamp_range
from weft.ops.base import Values
from weft.passes.channels.channelwise import channelwise, is_table
from weft.passes.channels.facts import BYTES, Facts, facts, unknown
from weft.quant import Ints

Bounds = tuple[Ints, Ints]
_Rule = Callable[[OpView, Sequence[Facts]], "Bounds | None"]

_COARSE = 1 << 12
"""Real multipliers below it do not shift an operator's sums beyond int32: see `_keeps_order`."""


def output_facts(op: OpView, inputs: Sequence[Facts | None]) -> Facts:
    """Facts of the output of an operator without filters; None for inputs that are left out."""
    bounds = _bounds(op, inputs)
    nothing = unknown(op.output)
    low, high = bounds or (nothing.low, nothing.high)
    links = channelwise(op)
    if links is None:
        return facts(low, high, nothing.twin)
    pairs = zip(inputs, links.sources, strict=False)
    keys = [
        np.where(source >= 0, x.twin[source], -1)
        for x, source in pairs
        if x is not None and source is not None
    ]
    return facts(low, high, links.part, *keys)


def _bounds(op: OpView, inputs: Sequence[Facts | None]) -> Bounds | None:
    """Bounds of the output, None if nothing is known."""
    given = [x for x in inputs if x is not None]
    tensors = (*(t for t in op.inputs if t is not None), op.output)
    if len(given) < len(inputs) or any(t.dtype not in BYTES for t in tensors):
        return None
    if REGISTRY[op.node.op].view:
        return _moved(op, given)
    rule = _table if is_table(op) else _RULES.get(op.node.op)
    return None if rule is None else rule(op, given)


def _run(op: OpView, *values: Values) -> Ints:
    (made,) = REGISTRY[op.node.op].reference(op, values)
    return made.astype(np.int64)


def _table(op: OpView, inputs: Sequence[Facts]) -> Bounds:
    """Extremes of the part of the table that the input can reach."""
    (x, *_), dtype = inputs, op.input(0).dtype
    least, greatest = dtype.limits
    table = _run(op, np.arange(least, greatest + 1).astype(dtype.numpy))
    parts = [table[a - least : b - least + 1] for a, b in zip(x.low, x.high, strict=True)]
    return np.array([p.min() for p in parts]), np.array([p.max() for p in parts])


def _corners(op: OpView, inputs: Sequence[Facts]) -> Bounds | None:
    """ADD, SUB, MUL, MAXIMUM and MINIMUM have their extremes where both operands have theirs."""
    if op.node.op == "mul" and not _keeps_order(op.input(0).q.s * op.input(1).q.s / op.output.q.s):
        return None
    first, second = inputs
    pairs = [(a, b) for a in (first.low, first.high) for b in (second.low, second.high)]
    made = np.stack([_run(op, *pair) for pair in pairs])
    return made.min(axis=0), made.max(axis=0)


def _keeps_order(real: float) -> bool:
    """Whether requantization by a real multiplier keeps order: no left shift wraps.

    A product is below 2**16 and shifted by at most 2 * real; a sum of n values is below n * 2**8
    and shifted by at most 4 * real / n.
    """
    return real < _COARSE


def _pool(op: OpView, inputs: Sequence[Facts]) -> Bounds:
    """Mean and maximum lie between the least and the greatest value; then they are clamped."""
    limits = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    return np.clip(inputs[0].low, *limits), np.clip(inputs[0].high, *limits)


def _mean(op: OpView, inputs: Sequence[Facts]) -> Bounds | None:
    """The mean is greatest, or least, where all elements are."""
    if channelwise(op) is None or not _keeps_order(op.input(0).q.s / op.output.q.s):
        return None
    shape, channels = op.input(0).shape, op.output.shape[-1]
    low, high = (
        _run(op, np.broadcast_to(bound, shape)).reshape(-1, channels)[0]
        for bound in (inputs[0].low, inputs[0].high)
    )
    return low, high


def _pad(op: OpView, inputs: Sequence[Facts]) -> Bounds:
    """The zero point joins the values, unless nothing is added; new channels are only that."""
    (*around, channels), fill = op.attrs.pads, op.output.q.zp
    low, high = (
        np.pad(bound, channels, constant_values=fill) for bound in (inputs[0].low, inputs[0].high)
    )
    if any(sum(pair) for pair in around):
        return np.minimum(low, fill), np.maximum(high, fill)
    return low, high


def _moved(op: OpView, inputs: Sequence[Facts]) -> Bounds:
    """Operators that move values, or make weighted means of some: by channel where channels stay
    together."""
    links, x = channelwise(op), inputs[0]
    if links is not None and links.sources[0] is not None:
        return x.low[links.sources[0]], x.high[links.sources[0]]
    nothing = unknown(op.output)
    return np.full_like(nothing.low, x.low.min()), np.full_like(nothing.high, x.high.max())


def _joined(op: OpView, inputs: Sequence[Facts]) -> Bounds | None:
    """Each channel has the bounds of those that it comes from."""
    links, nothing = channelwise(op), unknown(op.output)
    if links is None:
        return None
    low, high = nothing.high.copy(), nothing.low.copy()
    for x, source in zip(inputs, links.sources, strict=True):
        assert source is not None
        here = source >= 0
        low = np.where(here, np.minimum(low, x.low[source]), low)
        high = np.where(here, np.maximum(high, x.high[source]), high)
    return low, high


_RULES: Mapping[str, _Rule] = {
    "add": _corners,
    "sub": _corners,
    "mul": _corners,
    "maximum": _corners,
    "minimum": _corners,
    "concatenation": _joined,
    "average_pool_2d": _pool,
    "max_pool_2d": _pool,
    "mean": _mean,
    "pad": _pad,
    "copy": _moved,
    "transpose": _moved,
    "mirror_pad": _moved,
    "resize_nearest_neighbor": _moved,
    "resize_bilinear": _moved,
    "reduce_max": _moved,
    "reduce_min": _moved,
}
