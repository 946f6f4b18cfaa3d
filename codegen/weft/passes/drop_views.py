"""Drop what changes nothing: readers take the bytes under the name that they come from.

A view wants its bytes packed and whole; without it they may stream.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from weft.ir import Graph, Node, TensorId
from weft.ops import REGISTRY, OpView, rejection
from weft.passes.tables import byte_table
from weft.passes.wiring import without_unread


def drop_views(graph: Graph) -> Graph:
    """The graph without operators that give back their input; the model's results keep theirs.

    Views of views look at what those look at.
    """
    source: dict[TensorId, TensorId] = {}
    seen: dict[TensorId, Node] = {}
    nodes: list[Node] = []
    for given in graph.nodes:
        inputs = tuple(t if t is None else source.get(t, t) for t in given.inputs)
        node = _of_first(graph, seen, replace(given, inputs=inputs))
        given_back = _given_back(graph, node)
        if given_back is not None:
            source[node.outputs[0]] = given_back
            continue
        if REGISTRY[node.op].view:
            seen[node.outputs[0]] = node
        nodes.append(node)
    changed = replace(graph, nodes=tuple(nodes))
    return without_unread(changed) if changed != graph else graph


def _of_first(graph: Graph, seen: dict[TensorId, Node], node: Node) -> Node:
    """A view of a view as a view of what that looks at, where it may stand."""
    first = seen.get(node.inputs[0]) if node.inputs and node.inputs[0] is not None else None
    if first is None or not REGISTRY[node.op].view or first.op != node.op:
        return node
    joined = replace(node, inputs=first.inputs, origins=(*first.origins, *node.origins))
    return node if rejection(REGISTRY[node.op], OpView.of(graph, joined)) else joined


def _given_back(graph: Graph, node: Node) -> TensorId | None:
    """The input of which a node's output is just another name, None for any other node.

    The model's results need places of their own.
    """
    sources = graph.activations(node)
    if len(sources) != 1 or len(node.outputs) != 1 or node.outputs[0] in graph.results:
        return None
    before, after = graph[sources[0]], graph[node.outputs[0]]
    same = (before.shape, before.dtype, before.quant) == (after.shape, after.dtype, after.quant)
    return sources[0] if same and _keeps_bytes(graph, node) else None


def _keeps_bytes(graph: Graph, node: Node) -> bool:
    operator, found = REGISTRY[node.op], byte_table(graph, node)
    if operator.view or operator.idle(OpView.of(graph, node)):
        return True
    return found is not None and np.array_equal(found[1].view(np.uint8), np.arange(256))
