"""Make one table of several elementwise 8-bit operators in a row, and of one with constants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from weft.ir import Graph, Node, TensorId
from weft.ops.base import Values
from weft.ops.elementwise.table import TableAttrs
from weft.passes.tables import byte_table
from weft.passes.wiring import uses


def merge_tables(graph: Graph) -> Graph:
    """The graph with one `lut` for each run of operators whose kernels are tables, or could be."""
    count = uses(graph)
    nodes: dict[TensorId, Node] = {}  # by the first output
    tables: dict[TensorId, tuple[TensorId, Values]] = {}
    for node in graph.nodes:
        output, found = node.outputs[0], byte_table(graph, node)
        nodes[output] = node
        if found is None:
            continue
        (source, table), origins = found, node.origins
        joined = source in tables and count[source] == 1
        if joined:
            first, (start, before) = nodes.pop(source), tables[source]
            source, table = start, table[before.view(np.uint8)]
            origins = (*first.origins, *origins)
        if joined or len(node.inputs) > 1:
            attrs = TableAttrs(table.tobytes())
            nodes[output] = Node("lut", (source,), node.outputs, attrs, origins)
        tables[output] = source, table
    return replace(graph, nodes=tuple(nodes.values()))
