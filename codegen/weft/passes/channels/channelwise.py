"""Operators whose output channels each come from one channel of an input.

Knows which channel comes from which, not what is computed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weft.ops import REGISTRY, OpView
from weft.ops.elementwise import lut
from weft.ops.elementwise.elementwise import Elementwise
from weft.passes.channels.filters import width
from weft.quant import Ints

_MOVERS = (
    "copy",
    "average_pool_2d",
    "max_pool_2d",
    "resize_nearest_neighbor",
    "resize_bilinear",
)
_REDUCTIONS = ("mean", "sum", "reduce_max", "reduce_min")


@dataclass(frozen=True, slots=True)
class Channelwise:
    """Where an operator's output channels come from.

    Output channel j depends on channel sources[i][j] of input i alone, or on nothing of it where
    that is -1; None for an input that is the same for all output channels. Inputs behind those of
    `sources` are constants of the operator. Two output channels do the same to their sources if
    they are of the same `part`.
    """

    sources: tuple[Ints | None, ...]
    part: Ints


def channelwise(op: OpView) -> Channelwise | None:
    """How the operator connects channels; None if it mixes them, or nothing is known of it."""
    if len(op.outputs) != 1:
        return None
    outputs = width(op.output)
    straight = np.arange(outputs)
    if issubclass(REGISTRY[op.node.op], Elementwise):
        given = (t for t in op.inputs if t is not None)
        sources = tuple(straight if width(t) == outputs else None for t in given)
        return Channelwise(sources, straight * 0)
    if op.node.op == "concatenation":
        return _joined(op, straight)
    if op.node.op == "depthwise_conv_2d":
        source = straight // op.attrs.depth_multiplier
        return Channelwise((source,), straight)
    channels = width(op.input(0)) if op.inputs and op.inputs[0] is not None else 0
    if REGISTRY[op.node.op].view and channels and outputs % channels == 0:
        return Channelwise((straight % channels,), straight // channels)
    return Channelwise((straight,), straight * 0) if _keeps_channels(op) else None


def _joined(op: OpView, straight: Ints) -> Channelwise | None:
    """CONCATENATION; None if constants are among its channels, which nobody can tell apart."""
    tensors = [op.input(i) for i in range(len(op.inputs))]
    if op.attrs.axis != len(op.output.shape) - 1:
        return Channelwise((straight,) * len(tensors), straight * 0)
    if any(t.const is not None for t in tensors):
        return None
    sources, first = list[Ints](), 0
    for tensor in tensors:
        here = (straight >= first) & (straight < first + width(tensor))
        sources.append(np.where(here, straight - first, -1))
        first += width(tensor)
    return Channelwise(tuple(sources), straight * 0)


def _keeps_channels(op: OpView) -> bool:
    """Whether the only input's channels are the output's, one by one."""
    name, attrs = op.node.op, op.attrs
    if len(op.inputs) != 1 or op.inputs[0] is None or not op.inputs[0].shape:
        return False
    last = len(op.inputs[0].shape) - 1
    if name in _REDUCTIONS:
        return last not in attrs.axes
    if name in ("pad", "mirror_pad"):
        return bool(attrs.pads[last] == (0, 0))
    if name == "transpose":
        return bool(attrs.perm[last] == last)
    return name in _MOVERS or is_table(op)


def is_table(op: OpView) -> bool:
    """Whether each element of the output comes from the element of the input, by a table."""
    kernels = REGISTRY[op.node.op].kernels
    return any(kernel.symbol == lut.SYMBOL and kernel.when(op) for kernel in kernels)
