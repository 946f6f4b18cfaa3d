"""What a graph costs in all: work and weights."""

from __future__ import annotations

from weft.ir import DType, Graph
from weft.ops import REGISTRY, OpView

_WEIGHTS = (DType.INT4, DType.INT8, DType.INT16)


def graph_macs(graph: Graph) -> int:
    """Multiply-accumulates of one inference."""
    return sum(REGISTRY[n.op].macs(OpView.of(graph, n)) for n in graph.nodes)


def graph_weights(graph: Graph) -> int:
    """Bytes of the constant tensors that nodes compute with, biases left out."""
    used = {t for n in graph.nodes for t in n.inputs if t is not None}
    tensors = [graph[t] for t in sorted(used)]
    return sum(t.nbytes for t in tensors if t.const is not None and t.dtype in _WEIGHTS)
