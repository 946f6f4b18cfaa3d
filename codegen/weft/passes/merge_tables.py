"""Make one table of several elementwise 8-bit operators in a row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from weft.ir import Graph, Node, TensorId
from weft.ops import REGISTRY, OpView
from weft.ops.base import Values
from weft.ops.lut import made_table
from weft.ops.table import TableAttrs
from weft.passes.wiring import uses


def merge_tables(graph: Graph) -> Graph:
    """The graph with one `lut` for each run of operators whose kernels are tables."""
    count = uses(graph)
    nodes: dict[TensorId, Node] = {}
    tables: dict[TensorId, Values] = {}
    for node in graph.nodes:
        (output, *_), table = node.outputs, _table(graph, node)
        source = node.inputs[0] if node.inputs else None
        nodes[output] = node
        if table is None:
            continue
        if source is not None and source in tables and count[source] == 1:
            table = table[tables[source].view(np.uint8)]
            nodes[output] = _joined(nodes.pop(source), node, table)
        tables[output] = table
    return replace(graph, nodes=tuple(nodes.values()))


def _joined(first: Node, second: Node, table: Values) -> Node:
    origins = (*first.origins, *second.origins)
    return Node("lut", first.inputs, second.outputs, TableAttrs(table.tobytes()), origins)


def _table(graph: Graph, node: Node) -> Values | None:
    """The table of a node that has one input and one output of the same shape."""
    op = OpView.of(graph, node)
    if len(op.inputs) != 1 or len(op.outputs) != 1 or op.input(0).shape != op.output.shape:
        return None
    return made_table(REGISTRY[node.op].kernels, op)
