"""Who reads and who makes what in a graph: what several passes ask."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from weft.ir import Graph, Node, TensorId


def uses(graph: Graph) -> Counter[TensorId]:
    """How many nodes read each tensor; the caller of the library counts as one, and so
    does the next inference."""
    found = Counter(graph.results)
    for node in graph.nodes:
        found.update({t for t in node.inputs if t is not None})
    return found


def makers(graph: Graph) -> dict[TensorId, Node]:
    """The node that makes each tensor."""
    return {t: node for node in graph.nodes for t in node.outputs}


def without_unread(graph: Graph) -> Graph:
    """The graph without nodes whose outputs nobody reads, directly or through others."""
    read, kept = set(graph.results), list[Node]()
    for node in reversed(graph.nodes):
        if not read.isdisjoint(node.outputs):
            kept.append(node)
            read.update(t for t in node.inputs if t is not None)
    return replace(graph, nodes=tuple(reversed(kept)))
