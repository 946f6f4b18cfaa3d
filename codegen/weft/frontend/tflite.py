"""From a .tflite file to a graph: the main subgraph, of known operators in execution order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from weft.errors import CompileError
from weft.frontend.connections import check_connections, located
from weft.frontend.reader import RawModel, RawOperator, read
from weft.frontend.tensors import tensor_of
from weft.ir import DType, Graph, Node, Tensor, TensorId, describe, verify
from weft.ops import REGISTRY, Operator, OpView, rejection


def load(data: bytes, name: str) -> Graph:
    """The graph of a .tflite file's bytes, called `name`.

    Raises CompileError, and nothing else, for whatever weft cannot compile. Only tensors that
    the graph uses are kept; `Tensor.origin` and `Node.origins` are the numbers in the file.
    """
    known = {operator.tflite: operator for operator in REGISTRY.values()}
    model = read(data, {builtin: (op.options, op.fields) for builtin, op in known.items()})
    for raw in model.operators:
        with located(model.where(raw)):
            _check_known(raw, known)
    check_connections(model)
    tensors = _used_tensors(model)
    nodes = []
    for raw in model.operators:
        with located(model.where(raw)):
            nodes.append(_node(raw, known[raw.builtin], tensors))
    graph = _renumbered(
        Graph(name, (), tuple(nodes), _ids(model.inputs), _ids(model.outputs)), tensors
    )
    for node in graph.nodes:
        reason = rejection(REGISTRY[node.op], OpView.of(graph, node))
        if reason is not None:
            raise CompileError(reason, where=describe(graph, node))
    verify(graph)
    return graph


def _check_known(raw: RawOperator, known: Mapping[str, type[Operator]]) -> None:
    """weft knows the operator, and its options are of the right kind."""
    if raw.builtin == "CUSTOM":
        raise CompileError(f'custom operator "{raw.custom}" is not supported')
    if raw.builtin not in known:
        raise CompileError("not supported", hint="supported: see `weft ops`")
    needed = known[raw.builtin].options
    if needed is not None and raw.table not in (needed, "NONE"):
        raise CompileError(f"its options are {raw.table}, not {needed}")


def _used_tensors(model: RawModel) -> dict[int, Tensor]:
    """The tensors that operators use and the model's inputs, by their number in the file."""
    used = set(model.inputs)
    for raw in model.operators:
        used.update((*raw.inputs, *raw.outputs))
    tensors = {}
    for index in sorted(used - {-1}):
        with located(model.tensors[index].where):
            tensors[index] = tensor_of(model.tensors[index])
    return tensors


def _node(raw: RawOperator, operator: type[Operator], tensors: Mapping[int, Tensor]) -> Node:
    """The node over the file's tensor numbers; its parameter inputs are parsed and left out."""
    inputs = tuple(None if t == -1 else tensors[t] for t in raw.inputs)
    for position, tensor in enumerate(inputs):
        if position in operator.parameters and tensor is not None:
            _check_parameter(position, tensor)
    ids = tuple(None if t == -1 else TensorId(t) for t in raw.inputs)
    node = Node(operator.name, ids, _ids(raw.outputs), origins=(raw.index,))
    view = OpView(node, inputs, tuple(tensors[t] for t in raw.outputs))
    attrs = operator.parse(raw.options, view)
    kept = tuple(t for position, t in enumerate(ids) if position not in operator.parameters)
    return replace(node, inputs=kept, attrs=attrs)


def _check_parameter(position: int, tensor: Tensor) -> None:
    """An axis, a shape, ... : integers that the model stores."""
    name = f'input {position} ("{tensor.name}")'
    if tensor.const is None:
        raise CompileError(f"{name} is computed at run time, not constant")
    if tensor.dtype not in (DType.INT32, DType.INT64):
        raise CompileError(f"{name} is {tensor.dtype.value}, not int32 or int64")


def _ids(indices: tuple[int, ...]) -> tuple[TensorId, ...]:
    return tuple(TensorId(index) for index in indices)


def _renumbered(graph: Graph, tensors: Mapping[int, Tensor]) -> Graph:
    """The graph with the tensors it refers to, numbered from 0 in the file's order."""
    used = set(graph.inputs)
    for node in graph.nodes:
        used.update(t for t in (*node.inputs, *node.outputs) if t is not None)
    kept = sorted(used)
    new = {old: TensorId(i) for i, old in enumerate(kept)}
    nodes = tuple(
        replace(
            node,
            inputs=tuple(None if t is None else new[t] for t in node.inputs),
            outputs=tuple(new[t] for t in node.outputs),
        )
        for node in graph.nodes
    )
    return replace(
        graph,
        tensors=tuple(tensors[t] for t in kept),
        nodes=nodes,
        inputs=tuple(new[t] for t in graph.inputs),
        outputs=tuple(new[t] for t in graph.outputs),
    )
