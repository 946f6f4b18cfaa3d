"""Drop operators whose results reach no output of the model."""

from __future__ import annotations

from weft.ir import Graph
from weft.passes.wiring import without_unread


def dead_operators(graph: Graph) -> Graph:
    """The graph without operators that no output depends on; those that keep state stay."""
    return without_unread(graph)
