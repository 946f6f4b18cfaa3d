"""Drop what changes nothing: readers take the bytes under the name that they come from.

A view wants its bytes packed and whole; without it they may stream.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from weft.ir import Graph, Node, TensorId
from weft.ops import REGISTRY, OpView, rejection
from weft.ops.lut import made_table
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
        if _is_idle(graph, node):
            assert node.inputs[0] is not None
            source[node.outputs[0]] = node.inputs[0]
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


def _is_idle(graph: Graph, node: Node) -> bool:
    """Whether a node's output is just another name of its input, and no result of the model."""
    op = OpView.of(graph, node)
    if len(op.inputs) != 1 or len(op.outputs) != 1 or node.outputs[0] in graph.results:
        return False
    before, after = op.input(0), op.output
    same = (before.shape, before.dtype, before.quant) == (after.shape, after.dtype, after.quant)
    return same and before.const is None and _keeps_bytes(op)


def _keeps_bytes(op: OpView) -> bool:
    operator = REGISTRY[op.node.op]
    if operator.view or operator.idle(op):
        return True
    table = made_table(operator.kernels, op)
    return table is not None and np.array_equal(table.view(np.uint8), np.arange(256))
