"""Merge constant channels that borders keep: one or two of them do for all.

A constant channel that is not the zero point adds something else to a sum at the border of an
image than in its middle, so no bias can take it, and `dead_channels` keeps it. What several of
them add can be said with the weights of one or two, and the others go. See `channels.carry` for
the arithmetic; why not with a bias for each kind of border is in ADR 17.

All readers of such a tensor have to be convolutions or dense layers: others (depthwise layers, a
residual ADD) pass each channel on for itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from weft.ir import Graph, TensorId
from weft.ops import OpView
from weft.passes.channels.carry import carried
from weft.passes.channels.facts import Facts
from weft.passes.channels.filters import Filters, filters_of, is_grouped, with_filters
from weft.passes.channels.fold import folded
from weft.passes.channels.live import all_live, live
from weft.passes.channels.prune import pruned
from weft.passes.dead_channels import dead_channels


def merge_constants(graph: Graph) -> Graph:
    """The graph with fewer constant channels; as it is if there are dead ones left in it."""
    while True:
        nodes, known = folded(graph)
        merged = _merged(graph, nodes, known)
        if merged == nodes or not all_live(live(graph, nodes)):
            return graph
        left = live(graph, merged)
        if all_live(left):
            return graph
        graph = dead_channels(pruned(graph, merged, left))


def _merged(graph: Graph, nodes: Sequence[OpView], known: Mapping[TensorId, Facts]) -> list[OpView]:
    """The nodes, with weights that read fewer constants where that can be."""
    readers: dict[TensorId, list[int]] = {}
    for number, op in enumerate(nodes):
        for t in graph.activations(op.node):
            readers.setdefault(t, []).append(number)
    made = list(nodes)
    for t, numbers in readers.items():
        if t not in graph.results:
            changed = _reading_less([nodes[i] for i in numbers], known[t])
            for number, op in zip(numbers, changed, strict=False):
                made[number] = op
    return made


def _reading_less(ops: Sequence[OpView], x: Facts) -> list[OpView]:
    """All readers of a tensor, with weights for fewer constant channels; none if that fails."""
    filters = [f for op in ops if (f := _mixing(op)) is not None]
    if len(filters) < len(ops):
        return []
    weights = np.concatenate([f.weights.reshape(-1, len(x.low)) for f in filters])
    offset = x.low - ops[0].input(0).q.zp
    channels = np.flatnonzero(x.constant & (offset != 0) & weights.any(axis=0))
    least = carried(weights[:, channels], offset[channels], min(map(_largest, ops)))
    if np.array_equal(least, weights[:, channels]):
        return []
    weights[:, channels] = least
    found, at = list[OpView | None](), 0
    for op, f in zip(ops, filters, strict=True):
        own = weights[at : at + f.weights.size // len(x.low)]
        found.append(with_filters(op, replace(f, weights=own.reshape(f.weights.shape))))
        at += len(own)
    accepted = [op for op in found if op is not None]
    return accepted if len(accepted) == len(ops) else []


def _mixing(op: OpView) -> Filters | None:
    """The filters of an operator whose outputs see all channels of its input, else None."""
    own = op.node.op == "depthwise_conv_2d" or is_grouped(op)
    return None if own else filters_of(op)


def _largest(op: OpView) -> int:
    """What no weight may exceed, less its zero point. It stays symmetric, as TensorFlow Lite's
    own weights are."""
    return op.input(1).dtype.limits[1] - abs(op.input(1).q.zero_point[0])
