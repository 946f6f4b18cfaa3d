"""Drop views that change nothing: their readers take the bytes under the name that they come from.

A view wants its bytes packed and whole; without it they may stream.
"""

from __future__ import annotations

from dataclasses import replace

from weft.ir import Graph, Node, TensorId
from weft.ops import REGISTRY


def drop_views(graph: Graph) -> Graph:
    """The graph without views between equal tensors; the model's outputs keep theirs."""
    source: dict[TensorId, TensorId] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        inputs = tuple(t if t is None else source.get(t, t) for t in node.inputs)
        if _is_idle(graph, node):
            assert inputs[0] is not None
            source[node.outputs[0]] = inputs[0]
        else:
            nodes.append(replace(node, inputs=inputs))
    return replace(graph, nodes=tuple(nodes))


def _is_idle(graph: Graph, node: Node) -> bool:
    """Whether a view's output is just another name of its input, and no output of the model."""
    if not REGISTRY[node.op].view or node.outputs[0] in graph.outputs or node.inputs[0] is None:
        return False
    before, after = graph[node.inputs[0]], graph[node.outputs[0]]
    same = (before.shape, before.dtype, before.quant) == (after.shape, after.dtype, after.quant)
    return same and before.const is None
