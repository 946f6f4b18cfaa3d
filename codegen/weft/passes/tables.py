"""Nodes that do something to each byte of one tensor: what they do, as a table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from weft.ir import DType, Graph, Node, Tensor, TensorId
from weft.ops import REGISTRY, OpView
from weft.ops.base import Values
from weft.ops.elementwise import Elementwise
from weft.ops.lut import made_table

_BYTES = (DType.INT8, DType.UINT8)


def byte_table(graph: Graph, node: Node) -> tuple[TensorId, Values] | None:
    """The only tensor that a node reads, and the output for each byte of it; None for other nodes.

    Besides operators whose kernel is a table these are elementwise ones with single constants as
    their other operands. Input and output have the same shape; entry 255 is for int8 -1.
    """
    sources = graph.activations(node)
    if len(sources) != 1 or len(node.outputs) != 1 or node.updates:
        return None
    op, source = OpView.of(graph, node), graph[sources[0]]
    if source.shape != op.output.shape or {source.dtype, op.output.dtype} - {*_BYTES}:
        return None
    table = made_table(REGISTRY[node.op].kernels, op)
    if table is None and _is_unary(op):
        table = _evaluated(op)
    return None if table is None else (sources[0], table)


def _is_unary(op: OpView) -> bool:
    """Whether each output depends on one input at the same place, and on constants."""
    constants = [t for t in op.inputs if t is None or t.const is not None]
    single = all(t is not None and t.elements == 1 for t in constants)
    return single and issubclass(REGISTRY[op.node.op], Elementwise)


def _evaluated(op: OpView) -> Values:
    inputs = tuple(t and _shaped(t) for t in op.inputs)
    view = replace(op, inputs=inputs, outputs=(replace(op.output, shape=(256,)),))
    given = [None if t is None else _values(t) for t in inputs]
    (made,) = REGISTRY[op.node.op].reference(view, given)
    return np.ascontiguousarray(made).view(np.int8)


def _values(tensor: Tensor) -> Values:
    if tensor.const is not None:
        return tensor.data
    return np.arange(256, dtype=np.uint8).view(tensor.dtype.numpy)


def _shaped(tensor: Tensor) -> Tensor:
    """An operand as it is for a vector of all bytes."""
    return replace(tensor, shape=(256,) if tensor.const is None else (1,))
