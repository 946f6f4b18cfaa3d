"""Compute equal things once: operators that do the same to the same inputs."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from weft.ir import Graph, Node, Tensor, TensorId


def share(graph: Graph) -> Graph:
    """The graph with one operator for each set of equal ones, which has the origins of all.

    Outputs of the model and states need places of their own, so what makes a second one stays.
    """
    first: dict[Hashable, int] = {}
    same = _equal_constants(graph)
    nodes: list[Node] = []
    for given in graph.nodes:
        inputs = tuple(t if t is None else same.get(t, t) for t in given.inputs)
        node = replace(given, inputs=inputs)
        key = (node.op, node.inputs, node.attrs, tuple(_kind(graph[t]) for t in node.outputs))
        number = first.setdefault(key, len(nodes))
        if number == len(nodes) or _is_result(graph, node):
            nodes.append(node)
            continue
        twin = nodes[number]
        nodes[number] = replace(twin, origins=(*twin.origins, *node.origins))
        same.update(zip(node.outputs, twin.outputs, strict=True))
    return replace(graph, nodes=tuple(nodes))


def _is_result(graph: Graph, node: Node) -> bool:
    return not set(graph.results).isdisjoint(node.outputs)


def _kind(tensor: Tensor) -> Hashable:
    """All that counts of a tensor but its values."""
    return tensor.shape, tensor.dtype, tensor.quant


def _equal_constants(graph: Graph) -> dict[TensorId, TensorId]:
    """For each constant that equals an earlier one that earlier one."""
    first: dict[Hashable, TensorId] = {}
    same = {}
    for i, tensor in enumerate(graph.tensors):
        if tensor.const is not None and TensorId(i) not in graph.results:
            found = first.setdefault((_kind(tensor), tensor.const), TensorId(i))
            if found != i:
                same[TensorId(i)] = found
    return same
