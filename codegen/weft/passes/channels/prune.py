"""The graph without the channels that nobody needs.

Knows where each operator stores what belongs to a channel: weights, scales, bias, operands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from weft.ir import Graph, Node, Tensor, TensorId
from weft.ops import REGISTRY, OpView, rejection
from weft.passes.channels.filters import Bools, channel_axis, filters_of, width
from weft.passes.channels.live import Live

_Number = TypeVar("_Number", int, float)


def pruned(graph: Graph, nodes: Sequence[OpView], live: Live) -> Graph:
    """The graph with the live channels; `nodes` have the constants to use.

    A node that neither loses a channel nor reads a tensor that does stays as the graph has it.
    """
    tensors = [
        _narrowed(tensor, live[TensorId(i)]) if TensorId(i) in live else tensor
        for i, tensor in enumerate(graph.tensors)
    ]
    made = []
    for op in nodes:
        narrow = any(not live[t].all() for t in (*graph.activations(op.node), *op.node.outputs))
        made.append(_rebuilt(op, live, tensors) if narrow else op.node)
    return replace(graph, tensors=tuple(tensors), nodes=tuple(made))


def _narrowed(tensor: Tensor, live: Bools) -> Tensor:
    """An activation with its live channels."""
    if live.all():
        return tensor
    before = tensor.channels or range(width(tensor))
    channels = tuple(before[i] for i in np.flatnonzero(live))
    return replace(tensor, shape=(*tensor.shape[:-1], len(channels)), channels=channels)


def _rebuilt(op: OpView, live: Live, tensors: list[Tensor]) -> Node:
    """The node over narrowed tensors; its constants are appended to `tensors`."""
    numbers = list(op.node.inputs)
    numbers += [None] * (len(op.inputs) - len(numbers))
    for position, constant in enumerate(_constants(op, live)):
        if constant is not None:
            numbers[position] = TensorId(len(tensors))
            tensors.append(constant)
    node = replace(op.node, inputs=tuple(numbers))
    inputs = tuple(None if t is None else tensors[t] for t in numbers)
    unmet = rejection(
        REGISTRY[node.op], OpView(node, inputs, tuple(tensors[t] for t in node.outputs))
    )
    assert unmet is None, unmet
    return node


def _constants(op: OpView, live: Live) -> list[Tensor | None]:
    """The inputs that are constant, with the live channels only."""
    outputs = live[op.node.outputs[0]]
    if filters_of(op) is None:
        return [
            _sliced(t, len(t.shape) - 1, outputs) if t and width(t) == len(outputs) else t
            for t in (t if t and t.const is not None else None for t in op.inputs)
        ]
    axis = channel_axis(op)
    weights = _sliced(op.input(1), axis, outputs)
    source = op.node.inputs[0]
    assert source is not None
    if op.node.op != "depthwise_conv_2d":
        last = len(weights.shape) - 1
        places = weights.shape[last] // len(live[source]) if last == 1 else 1
        weights = _sliced(weights, last, np.tile(live[source], places))
    bias = op.optional(2)
    return [None, weights, bias and _sliced(bias, 0, outputs)]


def _sliced(tensor: Tensor, axis: int, live: Bools) -> Tensor:
    """A constant with some of its slices along an axis, and their scales."""
    if live.all():
        return tensor
    data = np.compress(live, tensor.data, axis=axis)
    quant = tensor.quant
    # The axis of a bias is not looked at: there is only one, and files name any.
    if quant is not None and (quant.axis == axis or data.ndim == 1):
        quant = replace(
            quant, scale=_kept(quant.scale, live), zero_point=_kept(quant.zero_point, live)
        )
    return replace(
        tensor,
        shape=data.shape,
        const=tensor.dtype.pack(data),
        quant=quant,
        origin=None,
        channels=None,
    )


def _kept(values: tuple[_Number, ...], live: Bools) -> tuple[_Number, ...]:
    """Values by slice; a single one is that of all slices."""
    if len(values) == 1:
        return values
    return tuple(value for value, alive in zip(values, live, strict=True) if alive)
