"""Make clamps part of the operators whose outputs they limit.

RELU and its like cost a pass over the tensor when they stand alone; behind an operator that ends
with a clamp anyway they only narrow it. Whatever an operator is called, it is a clamp if its
table of 256 outputs is one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from weft.ir import DType, Graph, Node
from weft.ops import REGISTRY, OpView
from weft.ops.activation import Limits, clamp_range
from weft.ops.lut import made_table
from weft.passes.wiring import uses


def fuse_clamps(graph: Graph) -> Graph:
    """The graph with operators that clamp their outputs as the operators behind them did."""
    count = uses(graph)
    nodes: list[Node] = []
    maker: dict[int, int] = {}
    for node in graph.nodes:
        limits, source = _limits(graph, node), node.inputs[0] if node.inputs else None
        if limits is not None and source in maker and count[source] == 1:
            number = maker[source]
            if REGISTRY[nodes[number].op].clamps:
                nodes[number] = _fused(graph, nodes[number], node, limits)
                maker[node.outputs[0]] = number
                continue
        maker |= dict.fromkeys(node.outputs, len(nodes))
        nodes.append(node)
    return replace(graph, nodes=tuple(nodes))


def _limits(graph: Graph, node: Node) -> Limits | None:
    """The range to which an int8 node limits its input, None if it does anything else."""
    op = OpView.of(graph, node)
    if len(op.inputs) != 1 or len(op.outputs) != 1:
        return None
    x, y = op.input(0), op.output
    if (x.shape, x.dtype, x.quant) != (y.shape, y.dtype, y.quant) or x.dtype is not DType.INT8:
        return None
    table = made_table(REGISTRY[node.op].kernels, op)
    if table is None:
        return None
    low, high = int(table.min()), int(table.max())
    every = np.arange(256, dtype=np.uint8).view(np.int8)
    return Limits(low, high) if np.array_equal(table, np.clip(every, low, high)) else None


def _fused(graph: Graph, node: Node, clamp: Node, limits: Limits) -> Node:
    """A node and the clamp behind it as one."""
    own = clamp_range(node.attrs.activation, graph[node.outputs[0]].q, -128, 127)
    low, high = (min(max(bound, limits.low), limits.high) for bound in own)
    attrs = replace(node.attrs, activation=Limits(low, high))
    origins = (*node.origins, *clamp.origins)
    return replace(node, outputs=clamp.outputs, attrs=attrs, origins=origins)
