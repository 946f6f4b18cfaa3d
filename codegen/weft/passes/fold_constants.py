"""Compute what depends on constants and shapes alone when the model is compiled.

Converters leave such subgraphs behind: a SHAPE whose parts become the shape of a RESHAPE, weights
that are transposed, masks that are filled. Their results are stored as constants.
"""

from __future__ import annotations

from dataclasses import replace

from weft.ir import Graph, Node
from weft.ops import OpView, folding


def fold_constants(graph: Graph) -> Graph:
    """The graph without operators whose outputs are known; their readers read constants."""
    tensors, nodes, budget = list(graph.tensors), list[Node](), folding.Budget()
    for node in graph.nodes:
        inputs = tuple(None if t is None else tensors[t] for t in node.inputs)
        op = OpView(node, inputs, tuple(tensors[t] for t in node.outputs))
        if not folding.folds(op):
            nodes.append(node)
            continue
        for t, made in zip(node.outputs, folding.constants(op, budget), strict=True):
            tensors[t] = made
    return replace(graph, tensors=tuple(tensors), nodes=tuple(nodes))
