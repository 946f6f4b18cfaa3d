"""Make clamps part of the operators whose outputs they limit.

RELU and its like cost a pass over the tensor when they stand alone; behind an operator that ends
with a clamp anyway they only narrow it, also where a view of its output comes in between.
Whatever an operator is called, it is a clamp if its table of all outputs is one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from weft.ir import DType, Graph, Node, TensorId
from weft.ops import REGISTRY
from weft.ops.activation import Limits, clamp_range
from weft.passes.tables import byte_table, every_value, int16_table
from weft.passes.wiring import uses

_TABLES = {DType.INT8: byte_table, DType.INT16: int16_table}


def fuse_clamps(graph: Graph) -> Graph:
    """The graph with operators that clamp their outputs as the operators behind them did."""
    fusion = _Fusion(graph)
    for node in graph.nodes:
        found = _limits(graph, node)
        path = [] if found is None else fusion.path(found[0])
        if found is None or not path:
            fusion.add(node)
        else:
            fusion.fuse(path, node, found[1])
    return replace(graph, tensors=tuple(fusion.tensors), nodes=tuple(fusion.nodes))


def _limits(graph: Graph, node: Node) -> tuple[TensorId, Limits] | None:
    """What an int8 or int16 node limits to which range, None if it does anything else."""
    y = graph[node.outputs[0]]
    sources = [graph[t] for t in graph.activations(node)]
    if y.dtype not in _TABLES or [(y.dtype, y.quant)] != [(x.dtype, x.quant) for x in sources]:
        return None
    found = _TABLES[y.dtype](graph, node)
    if found is None:
        return None
    source, table = found
    low, high = int(table.min()), int(table.max())
    clamps = np.array_equal(table, np.clip(every_value(y.dtype), low, high))
    return (source, Limits(low, high)) if clamps else None


class _Fusion:
    """A graph that is made anew, node by node."""

    def __init__(self, graph: Graph) -> None:
        self.tensors, self.nodes = list(graph.tensors), list[Node]()
        self._uses = uses(graph)
        self._maker: dict[TensorId, int] = {}  # numbers among `nodes`

    def add(self, node: Node) -> None:
        """A node as it is."""
        self._maker |= dict.fromkeys(node.outputs, len(self.nodes))
        self.nodes.append(node)

    def path(self, source: TensorId) -> list[int]:
        """What makes a tensor for one reader and can clamp it, and the views that lead from there
        to the tensor, as numbers; none if there is no such thing."""
        found: list[int] = []
        while source in self._maker and self._uses[source] == 1:
            found.insert(0, self._maker[source])
            node = self.nodes[found[0]]
            if REGISTRY[node.op].clamps:
                return found
            if not REGISTRY[node.op].view or node.inputs[0] is None:
                return []
            source = node.inputs[0]
        return []

    def fuse(self, path: list[int], clamp: Node, limits: Limits) -> None:
        """A clamp becomes part of the first node of a path; the last one makes its output."""
        self.nodes[path[0]] = self._narrowed(self.nodes[path[0]], clamp, limits)
        before: TensorId | None = None
        for number in path:
            node = self.nodes[number]
            inputs = node.inputs if before is None else (before, *node.inputs[1:])
            before = clamp.outputs[0] if number == path[-1] else self._clamped(node.outputs[0])
            self.nodes[number] = replace(node, inputs=inputs, outputs=(before,))
            self._maker[before] = number

    def _clamped(self, tensor: TensorId) -> TensorId:
        """A tensor between a node and the view of it: the model has it without the clamp."""
        self.tensors.append(replace(self.tensors[tensor], origin=None))
        made = TensorId(len(self.tensors) - 1)
        self._uses[made] = 1
        return made

    def _narrowed(self, node: Node, clamp: Node, limits: Limits) -> Node:
        """A node with the clamp behind it."""
        output = self.tensors[node.outputs[0]]
        own = clamp_range(node.attrs.activation, output.q, *output.dtype.limits)
        low, high = (min(max(bound, limits.low), limits.high) for bound in own)
        attrs = replace(node.attrs, activation=Limits(low, high))
        return replace(node, attrs=attrs, origins=(*node.origins, *clamp.origins))
