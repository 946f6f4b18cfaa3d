"""Make clamps part of the operators whose outputs they limit.

RELU and its like cost a pass over the tensor when they stand alone; behind an operator that ends
with a clamp anyway they only narrow it. Whatever an operator is called, it is a clamp if its
table of 256 outputs is one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from weft.ir import DType, Graph, Node, TensorId
from weft.ops import REGISTRY
from weft.ops.activation import Limits, clamp_range
from weft.passes.tables import byte_table
from weft.passes.wiring import uses


def fuse_clamps(graph: Graph) -> Graph:
    """The graph with operators that clamp their outputs as the operators behind them did."""
    count = uses(graph)
    nodes: list[Node] = []
    maker: dict[TensorId, int] = {}
    for node in graph.nodes:
        found = _limits(graph, node)
        if found is not None and found[0] in maker and count[found[0]] == 1:
            (source, limits) = found
            number = maker[source]
            if REGISTRY[nodes[number].op].clamps:
                nodes[number] = _fused(graph, nodes[number], node, limits)
                maker[node.outputs[0]] = number
                continue
        maker |= dict.fromkeys(node.outputs, len(nodes))
        nodes.append(node)
    return replace(graph, nodes=tuple(nodes))


def _limits(graph: Graph, node: Node) -> tuple[TensorId, Limits] | None:
    """What an int8 node limits to which range, None if it does anything else."""
    found = byte_table(graph, node)
    if found is None:
        return None
    source, table = found
    x, y = graph[source], graph[node.outputs[0]]
    if (x.dtype, x.quant) != (y.dtype, y.quant) or x.dtype is not DType.INT8:
        return None
    low, high = int(table.min()), int(table.max())
    every = np.arange(256, dtype=np.uint8).view(np.int8)
    clamps = np.array_equal(table, np.clip(every, low, high))
    return (source, Limits(low, high)) if clamps else None


def _fused(graph: Graph, node: Node, clamp: Node, limits: Limits) -> Node:
    """A node and the clamp behind it as one."""
    own = clamp_range(node.attrs.activation, graph[node.outputs[0]].q, -128, 127)
    low, high = (min(max(bound, limits.low), limits.high) for bound in own)
    attrs = replace(node.attrs, activation=Limits(low, high))
    origins = (*node.origins, *clamp.origins)
    return replace(node, outputs=clamp.outputs, attrs=attrs, origins=origins)
