"""Backward: which channels of which tensors have to stay.

A channel stays if a weight reads it, if an operator needs all channels, or if another channel
stays that comes from it, or that it comes from, channel by channel. The callers' tensors and
states stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from weft.ir import Graph, TensorId
from weft.ops import OpView
from weft.passes.channels.channelwise import Channelwise, channelwise
from weft.passes.channels.filters import Bools, Filters, filters_of, is_grouped, width

Live = Mapping[TensorId, Bools]
"""For each activation which channels stay."""


def live(graph: Graph, nodes: Sequence[OpView]) -> Live:
    """The least channels that keep every result. No tensor is left without any."""
    named = {*graph.sources, *(t for op in nodes for t in _touched(op))}
    found = {t: np.zeros(width(graph[t]), np.bool_) for t in sorted(named)}
    for t in found.keys() & {*graph.sources, *graph.results}:  # a state may be left constant
        found[t][:] = True
    links = [(op, filters_of(op), channelwise(op)) for op in reversed(nodes)]
    least = _least(graph, nodes)
    while True:
        _settle(found, links)
        poor = [t for t, alive in found.items() if alive.sum() < least.get(t, 1)]
        if not poor:
            return found
        # The last one alone: what it reads may be enough for the others.
        found[poor[-1]][np.argmin(found[poor[-1]])] = True


def all_live(found: Live) -> bool:
    """Whether no channel of any tensor can go."""
    return all(channels.all() for channels in found.values())


def _touched(op: OpView) -> tuple[TensorId, ...]:
    """The activations that a node reads and writes."""
    pairs = zip(op.node.inputs, op.inputs, strict=False)
    reads = (number for number, t in pairs if number is not None and t and t.const is None)
    return (*reads, *op.node.outputs)


def _least(graph: Graph, nodes: Sequence[OpView]) -> dict[TensorId, int]:
    """Tensors of which more than one channel has to stay.

    A single scale of weights is a scale of the whole tensor, and for that FULLY_CONNECTED rounds
    its multiplier differently.
    """
    dense = (op for op in nodes if op.node.op == "fully_connected")
    return {op.node.outputs[0]: 2 for op in dense if op.input(1).q.per_channel}


_Link = tuple[OpView, "Filters | None", "Channelwise | None"]


def _settle(found: Live, links: Sequence[_Link]) -> None:
    """Spread what stays over all nodes until nothing more has to."""
    count = -1
    while count != (count := sum(int(alive.sum()) for alive in found.values())):
        for op, filters, by_channel in links:
            _spread(found, op, filters, by_channel)


def _spread(
    found: Live, op: OpView, filters: Filters | None, by_channel: Channelwise | None
) -> None:
    """Spread what stays over one node; one that mixes channels in its own way keeps all."""
    if by_channel is not None:
        _tie(found, op, by_channel)
    elif filters is not None and not is_grouped(op):
        source, output = (found[t] for t in _touched(op))
        source[filters.source[filters.reads & output[:, None]]] = True
    else:
        for t in _touched(op):
            found[t][:] = True


def _tie(found: Live, op: OpView, by_channel: Channelwise) -> None:
    """An output channel and those that it comes from stay or go together."""
    output = found[op.node.outputs[0]]
    for number, source in zip(op.node.inputs, by_channel.sources, strict=False):
        if number is None or source is None or number not in found:
            continue  # a constant, or an input of a single channel
        here = source >= 0
        output |= here & found[number][source]
        found[number][source[here & output]] = True
