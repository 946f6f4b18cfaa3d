"""Make the outputs of a split one by one where they are not parts of the same rows.

A split along rows as one layer would hold the whole input and all outputs at once. As one layer
for each output it streams, an output is made when it is wanted, and one that nobody reads never.
"""

from __future__ import annotations

from dataclasses import replace

from weft.ir import Graph, Node
from weft.ops import REGISTRY, OpView
from weft.ops.movement.split import Splitting, part, splits_rows
from weft.passes.wiring import without_unread


def separate_parts(graph: Graph) -> Graph:
    """The graph with a slice for each output of such splits."""
    nodes: list[Node] = []
    for node in graph.nodes:
        op = OpView.of(graph, node)
        if issubclass(REGISTRY[node.op], Splitting) and not splits_rows(op):
            nodes += [part(op, number) for number in range(len(node.outputs))]
        else:
            nodes.append(node)
    changed = replace(graph, nodes=tuple(nodes))
    return without_unread(changed) if changed != graph else graph
