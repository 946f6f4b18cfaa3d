"""Nodes that do something to each element of one tensor: what they do, as a table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from weft.ir import DType, Graph, Node, Tensor, TensorId
from weft.ops import REGISTRY, OpView
from weft.ops.base import Values
from weft.ops.elementwise.elementwise import Elementwise
from weft.ops.elementwise.lut import made_table

_BYTES = frozenset({DType.INT8, DType.UINT8})
_ENTRIES = _BYTES | {DType.BOOL}


def byte_table(graph: Graph, node: Node) -> tuple[TensorId, Values] | None:
    """The only tensor that a node reads, and the output for each byte of it; None for other nodes.

    Besides operators whose kernel is a table these are elementwise ones with single constants as
    their other operands. Input and output have the same shape; entry 255 is for int8 -1.
    """
    source = only_source(graph, node)
    op = OpView.of(graph, node)
    if source is None or graph[source].dtype not in _BYTES or op.output.dtype not in _ENTRIES:
        return None
    table = made_table(REGISTRY[node.op].kernels, op)
    if table is None and is_unary(op):
        table = _evaluated(op).view(np.int8)
    return None if table is None else (source, table)


def int16_table(graph: Graph, node: Node) -> tuple[TensorId, Values] | None:
    """The same for operators from int16 to int16: 65,536 entries, the last one for -1."""
    source, op = only_source(graph, node), OpView.of(graph, node)
    if source is None or {graph[source].dtype, op.output.dtype} != {DType.INT16}:
        return None
    return (source, _evaluated(op)) if is_unary(op) else None


def every_value(dtype: DType) -> Values:
    """All values of an integer type, in the order of its tables."""
    return np.arange(1 << 8 * dtype.size).astype(dtype.numpy)


def only_source(graph: Graph, node: Node) -> TensorId | None:
    """The only activation that a node reads, if its only output has the same shape."""
    sources = graph.activations(node)
    if len(sources) != 1 or len(node.outputs) != 1 or node.updates:
        return None
    return sources[0] if graph[sources[0]].shape == graph[node.outputs[0]].shape else None


def is_unary(op: OpView) -> bool:
    """Whether each output depends on one input at the same place, and on constants."""
    constants = [t for t in op.inputs if t is None or t.const is not None]
    single = all(t is not None and t.elements == 1 for t in constants)
    return single and issubclass(REGISTRY[op.node.op], Elementwise)


def _evaluated(op: OpView) -> Values:
    inputs = tuple(t and _shaped(t) for t in op.inputs)
    view = replace(op, inputs=inputs, outputs=(_shaped(op.output),))
    given = [None if t is None else _values(t) for t in inputs]
    (made,) = REGISTRY[op.node.op].reference(view, given)
    return np.ascontiguousarray(made)


def _values(tensor: Tensor) -> Values:
    return tensor.data if tensor.const is not None else every_value(tensor.dtype)


def _shaped(tensor: Tensor) -> Tensor:
    """An operand as it is for a vector of all values."""
    return replace(
        tensor, shape=(1,) if tensor.const is not None else (1 << 8 * tensor.dtype.size,)
    )
