"""Models with state and signatures that weft reads, and those that it refuses in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from cases.common import Case
from cases.unidirectional_sequence_lstm import cases as lstm_cases
from host_build import HostBuild
from hypothesis import Phase, given, settings
from state_models import STATE_MODELS, StateBuilder

from weft import driver, emit, verify
from weft.errors import CompileError
from weft.frontend import load
from weft.ir import dump

SHAPE = (1, 2, 3, 1)
Edit = Callable[[StateBuilder], object]


def refused(model: bytes, *parts: str, signature: str | None = None) -> None:
    """The one line of the error has all these parts."""
    with pytest.raises(CompileError) as caught:
        load(model, "m", signature)
    text = str(caught.value)
    assert "\n" not in text
    for part in parts:
        assert part in text, text


def base() -> tuple[StateBuilder, int, int]:
    """A builder with a variable that was read: builder, input and what was read."""
    b = StateBuilder()
    b.create("v", np.arange(6).reshape(SHAPE))
    x = b.image(SHAPE)
    return b, x, b.read("v")


def edited(edit: Callable[[Any], object], *, init: bool = False) -> bytes:
    """A model that assigns the sum of input and variable, after an edit of its operators."""
    b, x, v = base()
    y = b.add(x, v)
    b.assign("v", y)
    if not init:
        edit(b)
        return b.finish([x], [y])
    b.finish([x], [y])
    b.graph, main = b.model.subgraphs[1], b.graph
    edit(b)
    b.graph = main
    return b.build([x], [y])


def operator(b: StateBuilder, builtin: str) -> Any:
    """The first operator of a kind."""
    number = getattr(schema.BuiltinOperator, builtin)
    codes = b.model.operatorCodes
    return next(op for op in b.graph.operators if codes[op.opcodeIndex].builtinCode == number)


def call(number: int) -> Edit:
    """CALL_ONCE of another subgraph."""
    return lambda b: setattr(operator(b, "CALL_ONCE").builtinOptions, "initSubgraphIndex", number)


def inputs(builtin: str, *tensors: int) -> Edit:
    """Other inputs of an operator."""
    return lambda b: setattr(operator(b, builtin), "inputs", list(tensors))


def last_first(b: StateBuilder) -> None:
    """The last operator comes before all others."""
    b.graph.operators.insert(0, b.graph.operators.pop())


def call_last(b: StateBuilder) -> None:
    """CALL_ONCE comes last."""
    b.graph.operators.append(b.graph.operators.pop(0))


def wrong_options(b: StateBuilder) -> None:
    """VAR_HANDLE with the options of CALL_ONCE."""
    handle, other = operator(b, "VAR_HANDLE"), operator(b, "CALL_ONCE")
    handle.builtinOptionsType = other.builtinOptionsType
    handle.builtinOptions = other.builtinOptions


def compute(b: StateBuilder) -> None:
    """The init subgraph computes something."""
    b.operator("RELU", [0], [b.image(SHAPE)])
    b.graph.operators.insert(0, b.graph.operators.pop())


BROKEN: dict[str, tuple[Edit, tuple[str, ...]]] = {
    "no such subgraph": (call(7), ("operator 0 (CALL_ONCE)", "calls subgraph 7 of 2")),
    "negative subgraph": (call(-1), ("operator 0 (CALL_ONCE)", "calls subgraph -1 of 2")),
    "calls itself": (call(0), ("operator 0 (CALL_ONCE)", "calls subgraph 0 of 2")),
    "no handle": (inputs("READ_VARIABLE", 1), ('"t1" is no handle of a variable',)),
    "no handle to assign to": (inputs("ASSIGN_VARIABLE", 1, 3), ("is no handle of a variable",)),
    "no such tensor": (inputs("READ_VARIABLE", 99), ("it uses tensor 99, but there are 4",)),
    "negative tensor": (inputs("ASSIGN_VARIABLE", 0, -1), ("it uses tensor -1",)),
    "too few inputs": (inputs("ASSIGN_VARIABLE", 0), ("it has 1 inputs and 0 outputs, not 2 and",)),
    "assigns what comes later": (last_first, ("(ASSIGN_VARIABLE)", "no handle")),
    "init comes late": (call_last, ("(CALL_ONCE)", "comes after operators that use variables")),
    "wrong options": (wrong_options, ("(VAR_HANDLE)", "its options are CallOnceOptions")),
    "handle is read": (inputs("ADD", 0, 1), ("(ADD)", 'it reads tensor 0 "t0"')),
}

BROKEN_INIT: dict[str, tuple[Edit, tuple[str, ...]]] = {
    "computes": (compute, ('subgraph 1 "init", operator 0 (RELU)', "have to be constants")),
    "calls": (
        lambda b: b.operator("CALL_ONCE", [], [], init_subgraph_index=1),
        ('subgraph 1 "init", operator 2 (CALL_ONCE)', "have to be constants"),
    ),
    "assigns nothing": (inputs("ASSIGN_VARIABLE", 1, 1), ("does not assign a constant",)),
    "no handle": (inputs("ASSIGN_VARIABLE", 0, 0), ("does not assign a constant",)),
    "no such tensor": (inputs("ASSIGN_VARIABLE", 1, 50), ("it uses tensor 50",)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_variables(name: str) -> None:
    """Hostile and unsupported uses of variables are named."""
    edit, parts = BROKEN[name]
    refused(edited(edit), *parts)


@pytest.mark.parametrize("name", BROKEN_INIT)
def test_broken_init(name: str) -> None:
    """Initial values are constants and nothing else."""
    edit, parts = BROKEN_INIT[name]
    refused(edited(edit, init=True), *parts)


def test_read_before_assigned() -> None:
    """Without an initial value there must be an assignment first."""
    b = StateBuilder()
    b.initials["v"] = (np.zeros(SHAPE), "int8")
    b.handles["v"] = b.handle("v")
    x = b.image(SHAPE)
    y = b.add(x, b.read("v"))
    b.assign("v", y)
    refused(b.build([x], [y]), "read before anything is assigned", "initial values")


def test_differing_forms() -> None:
    """What is assigned is like what is read."""
    b, x, v = base()
    y = b.image((1, 6))
    b.operator("RESHAPE", [x], [y])
    b.assign("v", y)
    refused(b.finish([x], [b.add(x, v)]), "are one variable, but differ")


def test_never_assigned_is_constant() -> None:
    """A variable that never changes is no state."""
    b, x, v = base()
    graph = load(b.finish([x], [b.add(x, v)]), "m")
    assert not graph.states
    assert any(t.const == bytes(range(6)) for t in graph.tensors)


def test_never_read_is_dropped() -> None:
    """A variable that nobody reads is no state."""
    b = StateBuilder()
    b.create("v", np.zeros(SHAPE))
    x = b.image(SHAPE)
    y = b.relu(x)
    b.assign("v", y)
    assert b.read("v") != y
    graph = load(b.finish([x], [y]), "m")
    assert not graph.states
    assert [n.op for n in graph.nodes] == ["relu"]


def test_dump_shows_states() -> None:
    """States are part of the graph's text."""
    text = dump(load(STATE_MODELS["filters"](), "m"))
    assert "state %" in text and "from 0x00 everywhere" in text
    assert "from 8 bytes" in dump(load(STATE_MODELS["stream"](), "m"))


def svdf(edit: Callable[[Any, Any], object]) -> bytes:
    """A model of one SVDF after an edit of its builder and operator."""
    b = StateBuilder()
    x = b.image((1, 6))
    y = b.svdf(x, 4, 3, seed=1)
    edit(b, b.graph.operators[-1])
    return b.build([x], [y])


def test_variable_tensors() -> None:
    """Variable tensors belong to one operator, at the right place."""
    tensors = lambda b: b.graph.tensors  # noqa: E731
    refused(
        svdf(lambda b, op: setattr(tensors(b)[op.inputs[4]], "isVariable", False)),
        "operator 0 (SVDF)", "input 4, its state, is no variable tensor",
    )  # fmt: skip
    refused(svdf(lambda b, op: op.inputs.pop()), "input 4, its state, is left out")
    refused(
        svdf(lambda b, op: b.operator("SVDF", op.inputs, [b.image((1, 4))], rank=1)),
        "operator 1 (SVDF)", "is also that of operator 0",
    )  # fmt: skip
    refused(
        svdf(lambda b, op: b.relu(op.inputs[4])),
        "operator 1 (RELU)", "a variable tensor",
    )  # fmt: skip


@settings(max_examples=20, phases=(Phase.generate,))
@given(case=lstm_cases)
def test_int8_state_starts_at_zero_point(case: Case) -> None:
    """int8 is reset to real zero; other types are zeros all over."""
    graph = load(case.model, "m")
    hidden, cell = graph.states
    zero = graph[hidden.before].q.zp
    assert set(hidden.initial) == {zero % 256}
    assert set(cell.initial) == {0}


def two_signatures() -> bytes:
    """Two subgraphs, each with a signature; the second has two inputs and outputs."""
    b = StateBuilder()
    x = b.image(SHAPE)
    y = b.relu(x)
    with b.subgraph("both"):
        left, right = b.image(SHAPE), b.image((1, 2, 3, 1))
        total = b.add(left, right)
        other = b.relu(right)
        b.graph.inputs, b.graph.outputs = [left, right], [total, other]
    b.signature("single", 0, {"image": x}, {"result": y})
    b.signature("pair", 1, {"Left side": left, "right": right}, {"sum": total, "positive/0": other})
    return b.build([x], [y])


def test_signature_is_chosen(host: HostBuild) -> None:
    """The first subgraph, or the one that is asked for; names come from the signature."""
    model = two_signatures()
    assert [n.op for n in load(model, "m").nodes] == ["relu"]
    graph = load(model, "m", "pair")
    assert [n.op for n in graph.nodes] == ["add", "relu"]
    assert graph.input_names == ("Left side", "right")
    program = driver.compile_model(model, "m.tflite", driver.Options("m", signature="pair"))
    header = emit.render(program)["m.h"]
    for name in ("m_input_left_side(", "m_input_right(", "m_output_sum(", "m_output_positive_0("):
        assert name in header
    assert "#define M_INPUT_RIGHT_SIZE M_INPUT_1_SIZE" in header
    samples = verify.make_samples(program.model, 5)
    reference = verify.find_reference(model, program.model)
    assert "litert" in reference.name
    view, traces = emit.harness_view(program), host.run(program, samples)
    assert verify.compare(program, view, samples, traces, reference).bit_exact


def test_no_such_signature() -> None:
    """One line that lists those that there are."""
    refused(two_signatures(), "no signature 'x'", "single, pair", signature="x")
    refused(STATE_MODELS["stream"](), "it has none", signature="x")


def test_control_flow_is_named() -> None:
    """Loops and branches are refused by name."""
    b = StateBuilder()
    x = b.image(SHAPE)
    y = b.image(SHAPE)
    b.operator("WHILE", [x], [y])
    refused(b.build([x], [y]), "operator 0 (WHILE)", "not supported")
