"""Give a tensor a second memory layout where its readers disagree.

A windowed kernel reads a stored border; a kernel that reads packed bytes, the caller of the
library, and a view need rows without gaps. Where a tensor has both kinds of users, the windowed
readers get a copy, which costs few rows because it streams.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from weft.ir import Graph, Node, Tensor, TensorId
from weft.ops import Whole, runs
from weft.select.choose import Call, Sources, Thrifts, packed_anyway, select
from weft.select.states import settle_states
from weft.target import Target


def legalize(
    graph: Graph,
    target: Target,
    thrifts: Thrifts,
    avoided: Sources = frozenset(),
    *,
    input_rows: bool,
) -> Graph:
    """The graph with a `copy` in front of windowed readers of packed tensors."""
    graph = settle_states(graph)
    calls = select(graph, target, thrifts, avoided)
    bordered, packed = _demands(graph, calls, input_rows=input_rows)
    tensors, nodes = list(graph.tensors), list[Node]()
    copies: dict[TensorId, TensorId] = {}
    for number, node in enumerate(graph.nodes):
        inputs = list(node.inputs)
        for position, t in enumerate(node.inputs):
            if t is None or t not in packed or (number, t) not in bordered:
                continue
            if t not in copies:
                copies[t] = TensorId(len(tensors))
                tensors.append(_layout_of(graph[t]))
                nodes.append(Node("copy", (t,), (copies[t],)))
            inputs[position] = copies[t]
        nodes.append(replace(node, inputs=tuple(inputs)))
    return replace(graph, tensors=tuple(tensors), nodes=tuple(nodes))


def _layout_of(tensor: Tensor) -> Tensor:
    return replace(tensor, name=f"{tensor.name} with border", origin=None)


def _demands(
    graph: Graph, chosen: Iterable[Call], *, input_rows: bool
) -> tuple[set[tuple[int, TensorId]], set[TensorId]]:
    """(node, tensor) pairs that read a border, and tensors that somebody needs packed."""
    bordered: set[tuple[int, TensorId]] = set()
    packed = {*packed_anyway(graph), *(() if input_rows else graph.inputs)}
    calls = iter(chosen)
    for number, node in enumerate(graph.nodes):
        if any(place.along for place in node.places):
            packed |= set(node.outputs)
        if not runs(node):
            continue
        geometry = next(calls).geometry
        if geometry.whole_output:
            packed |= set(node.outputs)
        for t, access in zip(graph.activations(node), geometry.inputs, strict=True):
            if isinstance(access, Whole):
                packed.add(t)
            elif access.lead or access.trail:
                bordered.add((number, t))
    return bordered, packed
