"""Drop operators whose results reach no output of the model, and no state that it keeps."""

from __future__ import annotations

from weft.ir import Graph
from weft.passes.wiring import without_unread


def dead_operators(graph: Graph) -> Graph:
    """The graph without operators that no output depends on, in this inference or a later one."""
    return without_unread(graph)
