"""What a pass did, in one line for people."""

from __future__ import annotations

from weft.ir import Graph
from weft.ops.totals import graph_macs, graph_weights


def changes(before: Graph, after: Graph) -> str | None:
    """The sizes that a rewrite changed, None for no change."""
    found = []
    operators = len(before.nodes) - len(after.nodes)
    if operators:
        found.append(f"{abs(operators)} operators {'fewer' if operators > 0 else 'more'}")
    for name, old, new in (
        ("channels", _channels(before), _channels(after)),
        ("MACs", graph_macs(before), graph_macs(after)),
        ("weights", graph_weights(before), graph_weights(after)),
    ):
        if old != new:
            found.append(f"{name} {old:,} to {new:,}")
    if not found and before != after:
        found.append("layout only")
    return "; ".join(found) or None


def _channels(graph: Graph) -> int:
    """Channels of the outputs of all operators that have weights."""
    weighted = (n for n in graph.nodes if any(t is not None and graph[t].const for t in n.inputs))
    return sum(graph[n.outputs[0]].rows[2] for n in weighted)
