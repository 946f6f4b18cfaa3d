"""Forward: the same results from fewer channels, by other weights and biases.

Three rewrites, each exact and of one operator: constant input channels move into the bias, equal
input channels share one column, constant output channels need no input. None removes a channel;
each leaves columns or rows of zeros, for `live` to see that nobody reads the channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from weft.ir import Graph, Tensor, TensorId
from weft.ops import OpView
from weft.passes.channels.bounds import output_facts
from weft.passes.channels.facts import Facts, stored, unknown
from weft.passes.channels.filters import Filters, filters_of, is_grouped, with_filters
from weft.passes.channels.sums import linear_facts, sum_bounds
from weft.quant import Ints


def folded(graph: Graph) -> tuple[list[OpView], dict[TensorId, Facts]]:
    """All nodes, in order, with constants of their own, and what is known of every activation.

    Tensors and shapes are as before.
    """
    known: dict[TensorId, Facts] = {t: unknown(graph[t]) for t in graph.sources}
    found = []
    for node in graph.nodes:
        op = OpView.of(graph, node)
        if len(node.outputs) == 1:
            op, known[node.outputs[0]] = _folded(op, known)
        else:
            known.update((t, unknown(graph[t])) for t in node.outputs)
        found.append(op)
    return found, known


def _folded(op: OpView, known: Mapping[TensorId, Facts]) -> tuple[OpView, Facts]:
    """One node and the facts of its output."""
    filters, source = filters_of(op), op.node.inputs[0] if op.inputs else None
    if filters is None or source is None:
        pairs = zip(op.node.inputs, op.inputs, strict=True)
        return op, output_facts(op, [_facts(known, *pair) for pair in pairs])
    x = known[source]
    filters, op = _accepted(op, filters, _without_constants(op, filters, x))
    filters, op = _accepted(op, filters, _without_twins(op, filters, x))
    sums = sum_bounds(op, filters, x)
    made = linear_facts(op, filters, x, sums)
    _, op = _accepted(op, filters, _without_inputs(filters, made, sums))
    return op, made


def _facts(known: Mapping[TensorId, Facts], t: TensorId | None, tensor: Tensor | None
           ) -> Facts | None:  # fmt: skip
    """What is known of an input; None for one that is left out."""
    if t is None or tensor is None:
        return None
    return stored(tensor) if tensor.const is not None else known[t]


def _accepted(op: OpView, filters: Filters, changed: Filters) -> tuple[Filters, OpView]:
    """The operator with changed filters, or as it was if there is no such operator."""
    if np.array_equal(filters.weights, changed.weights):
        return filters, op
    rewritten = with_filters(op, changed)
    return (filters, op) if rewritten is None else (changed, rewritten)


def _without_constants(op: OpView, filters: Filters, x: Facts) -> Filters:
    """What constant input channels add is part of the bias, and their weights are zero.

    At the border some weights meet the zero point instead: only a channel that has this value
    everywhere, or no weight that ever meets padding, adds the same to every sum.
    """
    offset = x.low[filters.source] - op.input(0).q.zp
    at_border = (filters.weights[:, filters.border] != 0).any(axis=1)
    exact = x.constant[filters.source] & ((offset == 0) | ~at_border)
    added = np.where(exact, filters.weights.sum(axis=1) * offset, 0).sum(axis=1)
    weights = np.where(exact[:, None, :], 0, filters.weights)
    return replace(filters, weights=weights, bias=filters.bias + added)


def _without_twins(op: OpView, filters: Filters, x: Facts) -> Filters:
    """Equal input channels are read once, with the sum of their weights, where that fits.

    It stays symmetric, as TensorFlow Lite's own weights are.
    """
    if op.node.op == "depthwise_conv_2d" or is_grouped(op):
        return filters
    weights, zero_point = filters.weights.copy(), op.input(1).q.zero_point[0]
    _, largest = op.input(1).dtype.limits
    readers: dict[int, int] = {}
    for channel in map(int, np.flatnonzero(weights.any(axis=(0, 1)))):
        first = readers.setdefault(int(x.twin[channel]), channel)
        total = weights[:, :, first] + weights[:, :, channel]
        if first != channel and np.abs(total + zero_point).max() <= largest:
            weights[:, :, first] = total
            weights[:, :, channel] = 0
    return replace(filters, weights=weights)


def _without_inputs(filters: Filters, made: Facts, sums: Ints) -> Filters:
    """Output channels with a single value get it from the bias alone: from any of their sums."""
    weights: Ints = np.where(made.constant[:, None, None], 0, filters.weights)
    return replace(filters, weights=weights, bias=np.where(made.constant, sums[0], filters.bias))
