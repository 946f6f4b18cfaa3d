"""From a .tflite file to a graph: one subgraph, of known operators in execution order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from weft.errors import CompileError
from weft.frontend.batches import OpenBatches
from weft.frontend.connections import check_connections, located
from weft.frontend.reader import RawFile, RawModel, RawOperator, RawState
from weft.frontend.signatures import choose, port_names
from weft.frontend.states import check_variable_tensors, reset_value, variable_tensors
from weft.frontend.tensors import QUANTIZE_IT, tensor_of
from weft.frontend.variables import OPERATORS as VARIABLE_OPERATORS
from weft.frontend.variables import resolve_variables
from weft.ir import DType, Graph, Node, State, Tensor, TensorId, verify
from weft.ops import REGISTRY, Operator, OpView, folding, rejection


def load(data: bytes, name: str, signature: str | None = None) -> Graph:
    """The graph of a .tflite file's bytes, called `name`; of the subgraph with this signature.

    Raises CompileError, and nothing else, for whatever weft cannot compile. Only tensors that
    the graph uses are kept; `Tensor.origin` and `Node.origins` are the numbers in the file.
    """
    known = {operator.tflite: operator for operator in REGISTRY.values()}
    wanted = {builtin: (op.options, op.fields) for builtin, op in known.items()}
    file = RawFile(data, {**wanted, **VARIABLE_OPERATORS})
    model, names = choose(file, signature)
    for raw in model.operators:
        with located(model.where(raw)):
            _check_known(raw, known)
    model = resolve_variables(file, model)
    check_variable_tensors(model, known)
    check_connections(model)
    tensors = _used_tensors(model)
    graph = Graph(
        name=name,
        tensors=(),
        nodes=_nodes(model, known, tensors),
        inputs=_ids(model.inputs),
        outputs=_ids(model.outputs),
        states=_states(model, tensors),
        input_names=port_names(model.inputs, names.inputs if names else {}),
        output_names=port_names(model.outputs, names.outputs if names else {}),
        subgraph=model.number,
    )
    graph = _renumbered(graph, tensors)
    verify(graph)
    return graph


def _check_known(raw: RawOperator, known: Mapping[str, type[Operator]]) -> None:
    """weft knows the operator, and its options are of the right kind."""
    if raw.builtin == "CUSTOM":
        raise CompileError(f'custom operator "{raw.custom}" is not supported')
    if raw.builtin in VARIABLE_OPERATORS:
        return
    if raw.builtin not in known:
        raise CompileError("not supported", hint="supported: see `weft ops`")
    needed = known[raw.builtin].options
    if needed is not None and raw.table not in (needed, "NONE"):
        raise CompileError(f"its options are {raw.table}, not {needed}")


def _used_tensors(model: RawModel) -> dict[int, Tensor]:
    """The tensors that operators use and the model's ports, by their number in the file."""
    used = {*model.inputs, *model.outputs, *(t for s in model.states for t in (s.found, s.left))}
    for raw in model.operators:
        used.update((*raw.inputs, *raw.outputs))
    tensors = {}
    for index in sorted(used - {-1}):
        with located(model.tensors[index].where):
            tensors[index] = tensor_of(model.tensors[index])
        if model.tensors[index].variable:
            tensors[_left(model, index)] = tensors[index]
            tensors[index] = replace(tensors[index], origin=None)
    return tensors


def _left(model: RawModel, variable: int) -> int:
    """The number of what is left of a variable tensor; the file has no number for it."""
    return len(model.tensors) + variable


def _states(model: RawModel, tensors: Mapping[int, Tensor]) -> tuple[State, ...]:
    """What the model keeps between inferences: resource variables, and variable tensors."""
    resources = (RawState(s.found, s.left, s.initial) for s in model.states)
    variables = (
        RawState(t, _left(model, t), reset_value(tensors[t]))
        for t in sorted(variable_tensors(model))
        if t in tensors
    )
    return tuple(
        State(TensorId(s.found), TensorId(s.left), s.initial) for s in (*resources, *variables)
    )


def _nodes(
    model: RawModel, known: Mapping[str, type[Operator]], tensors: dict[int, Tensor]
) -> tuple[Node, ...]:
    """The checked nodes; `tensors` get their true shapes.

    What constants and shapes make is computed on the way: later operators may want it as a
    parameter, or need it to be constant.
    """
    values, nodes, budget = dict(tensors), [], folding.Budget()
    batches = OpenBatches(model)
    for raw in model.operators:
        with located(model.where(raw)):
            updated = [_left(model, raw.inputs[p]) for p in known[raw.builtin].updates]
            op = _parsed(raw, known[raw.builtin], values, updated)
            if settled := batches.settled(raw, known[raw.builtin], op):
                tensors.update(settled)
                values.update(settled)
                op = replace(op, outputs=tuple(values[t] for t in op.node.outputs))
            nodes.append(op.node)
            if not folding.folds(op):
                _check_supported(known[raw.builtin], op)
                continue
            made = folding.constants(op, budget)
            values.update(zip(raw.outputs, made, strict=True))
    return tuple(nodes)


def _parsed(
    raw: RawOperator,
    operator: type[Operator],
    tensors: Mapping[int, Tensor],
    updated: Sequence[int],
) -> OpView:
    """The node over the file's tensor numbers; its parameter inputs are parsed and left out.

    `updated` are the numbers of what the operator leaves of its variable tensors.
    """
    order = [i for i in operator.order if i < len(raw.inputs)]
    order += range(len(order), len(raw.inputs))
    ids = tuple(None if raw.inputs[i] == -1 else TensorId(raw.inputs[i]) for i in order)
    inputs = tuple(None if t is None else tensors[t] for t in ids)
    for position, tensor in enumerate(inputs):
        if position in operator.parameters and tensor is not None:
            _check_parameter(order[position], tensor)
    results = (*raw.outputs, *updated)
    updates = tuple(operator.updates)
    node = Node(operator.name, ids, _ids(results), origins=(raw.index,), updates=updates)
    outputs = tuple(tensors[t] for t in results)
    attrs = operator.parse(raw.options, OpView(node, inputs, outputs))
    kept = [i for i in range(len(ids)) if i not in operator.parameters]
    node = replace(
        node,
        inputs=tuple(ids[i] for i in kept),
        attrs=attrs,
        updates=tuple(kept.index(position) for position in updates),
    )
    return OpView(node, tuple(inputs[i] for i in kept), outputs)


def _check_supported(operator: type[Operator], op: OpView) -> None:
    """weft can run the operator."""
    reason = rejection(operator, op, limits=False)
    if reason is not None:
        floats = any(t is not None and t.dtype is DType.FLOAT32 for t in (*op.inputs, *op.outputs))
        raise CompileError(reason, hint=QUANTIZE_IT if floats else "")
    if not operator.kernels and not operator.view:
        computed = next(t for t in op.inputs if t is not None and t.const is None)
        raise CompileError(
            f'it is supported for constant inputs only, but "{computed.name}" is computed at run '
            "time"
        )


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
    used = {*graph.sources, *graph.results}
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
        states=tuple(State(new[s.before], new[s.after], s.initial) for s in graph.states),
    )
