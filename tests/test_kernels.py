"""Generated one-operator models: C, NumPy formulas and the interpreter agree, bit for bit.

Registry-driven: an operator needs `tests/cases/<name>.py`, whose cases reach all its kernels.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from cases.common import Case
from cases.explore import explore
from host_build import Batch, HostBuild, run_on_board, run_sanitized
from model_builder import ModelBuilder

from weft import driver, emit, verify
from weft.errors import CompileError
from weft.ops import REGISTRY, Streams, Whole
from weft.ops.base import Values
from weft.program import Program
from weft.select import Call
from weft.target import VARIANTS

CASES = 100  # of each operator, on the host
REFUSED = CASES // 10  # refusals that are tolerated: generated scales may be beyond all limits
ON_BOARD = 40  # of an operator with assembly
BATCHED = 5  # of each operator, sanitized and on each emulated board
NOT_INTERPRETED = frozenset(
    {
        "add_n",  # LiteRT adds float32 and int32 only
        "broadcast_to",  # not among LiteRT's reference kernels
        "cumsum",  # not among LiteRT's reference kernels
        "elu",  # not among LiteRT's reference kernels
        "sum",  # LiteRT's reference kernel forgets to rescale
        "unidirectional_sequence_lstm",  # LiteRT approximates sigmoid and tanh otherwise
    }
)
SAMPLES = 4  # least, greatest, alternating, random
IN_A_ROW = 17  # for models with state: several sequences, begun by every kind of reset
STREAMED = {  # what the manual says, and how calls with several rows may run
    Streams.ALWAYS: {True},
    Streams.WHERE_ROWS_ALLOW: {True, False},
    Streams.NEVER: {False},
}
LITERT = "ai-edge-litert 1.2.0 BUILTIN_REF"


def compiled(
    case: Case,
    name: str = "m",
    target: str = "generic",
    variant: str | None = None,
    goal: str = "balanced",
) -> Program | None:
    """The program of a case, None for one that is refused."""
    options = driver.Options(name, target, variant, goal)
    try:
        return driver.compile_model(case.model, "m.tflite", options)
    except CompileError:
        return None


def has_rows(program: Program, call: Call) -> bool:
    """Whether some activation of a call has more rows than one, so that it could stream."""
    tensors = (*program.graph.activations(call.node), *call.node.outputs)
    return any(program.graph[t].rows[0] > 1 for t in tensors)


def streams(program: Program, call: Call) -> bool:
    """Whether a call reads and makes single rows."""
    whole = any(isinstance(access, Whole) for access in call.geometry.inputs)
    return not whole and not call.geometry.whole_output


def goals(operator: str) -> list[str]:
    """Goals that choose different kernels of an operator, where there are several."""
    lavish = any(k.lavish for k in REGISTRY[operator].kernels)
    return ["balanced", "ram", *(["latency"] if lavish else [])]


def choices(operator: str) -> list[tuple[str, str]]:
    """Variants and goals that choose different kernels of an operator."""
    needs = {k.needs for k in REGISTRY[operator].kernels}
    special = [v for v, features in VARIANTS.items() if features and features in needs]
    return [("portable", "balanced"), *((v, goal) for v in special for goal in goals(operator))]


def samples_of(program: Program) -> verify.Samples:
    """What a program is run with."""
    return verify.make_samples(program.model, IN_A_ROW if program.model.states else SAMPLES)


def references(case: Case, program: Program) -> list[verify.Reference]:
    """The formulas, and the interpreter if the case says that it can run the model."""
    found: list[verify.Reference] = [verify.NumpyReference(program.model)]
    if case.interpreter:
        found.append(verify.find_reference(case.model, program.model))
        assert found[1].name == LITERT, "the interpreter refuses the model"
    return found


def judge(case: Case, program: Program, samples: verify.Samples, traces: list[Values]) -> None:
    """Compare every layer with every reference."""
    view = emit.harness_view(program)
    for reference in references(case, program):
        verdict = verify.compare(program, view, samples, traces, reference)
        assert verdict.bit_exact, f"{reference.name}, {case.text}: {verdict.first_mismatch}"
        assert verdict.layers > 0


@pytest.mark.parametrize("operator", REGISTRY)
def test_operator(operator: str, host: HostBuild) -> None:
    """Every case on the host; together they reach every kernel of the operator."""
    reached: set[str] = set()
    streamed: set[bool] = set()
    interpreted = met = 0

    def run(case: Case) -> bool:
        nonlocal interpreted, met
        program = None
        for variant, goal in choices(operator):
            program = compiled(case, variant=variant, goal=goal)
            if program is None:
                return False
            calls = [c for c in program.calls if c.node.op == operator]
            reached.update(c.kernel.symbol for c in calls)
            streamed.update(streams(program, c) for c in calls if has_rows(program, c))
            samples = samples_of(program)
            judge(case, program, samples, host.run(program, samples))
        assert program is not None
        met += operator in {n.op for g in (program.model, program.graph) for n in g.nodes}
        interpreted += case.interpreter
        return True

    explore(operator, CASES, REFUSED, run)
    assert interpreted > CASES / 3 or operator in NOT_INTERPRETED
    assert met == CASES or operator == "copy"  # which is made only where it is needed
    missed = {k.symbol for k in REGISTRY[operator].kernels} - reached
    assert not missed, f"kernels that no case reaches: {missed}"
    assert streamed <= STREAMED[REGISTRY[operator].streams]
    assert streamed == {True, False} or REGISTRY[operator].streams is not Streams.WHERE_ROWS_ALLOW


@pytest.mark.parametrize("operator", REGISTRY)
def test_order_of_kernels(operator: str, host: HostBuild, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel is right wherever its `when` allows it, whatever else could be chosen."""
    kernels = [k for k in REGISTRY[operator].kernels if not k.needs]

    def run(case: Case) -> bool:
        program = compiled(case)
        if program is not None:
            samples = verify.make_samples(program.model, SAMPLES)
            judge(case, program, samples, host.run(program, samples))
        return program is not None

    for kernel in kernels[1:]:
        others = [k for k in kernels if k is not kernel]
        monkeypatch.setattr(REGISTRY[operator], "kernels", (kernel, *others))
        explore(operator, 2 * BATCHED, REFUSED, run)


def collect(
    operator: str, count: int, target: str, variant: str | None, goal: str = "balanced"
) -> list[tuple[Case, Program]]:
    """Some cases of an operator, the same ones every time, with programs called OPERATOR_N."""
    found: list[tuple[Case, Program]] = []

    def note(case: Case) -> bool:
        program = compiled(case, f"{operator}_{len(found)}", target, variant, goal)
        if program is not None:
            found.append((case, program))
        return program is not None

    explore(operator, count, REFUSED, note)
    return found


def batch(target: str, variant: str | None = None) -> tuple[list[Case], Batch]:
    """Cases of all operators, and what runs them."""
    found = [f for operator in REGISTRY for f in collect(operator, BATCHED, target, variant)]
    programs = [(p, samples_of(p)) for _, p in found]
    return [case for case, _ in found], programs


def judge_batch(cases: list[Case], programs: Batch, traces: list[list[Values]]) -> None:
    """Compare all that ran."""
    for case, (program, samples), found in zip(cases, programs, traces, strict=True):
        judge(case, program, samples, found)


@pytest.mark.parametrize("variant", VARIANTS)
def test_sanitized(variant: str, tmp_path: Path) -> None:
    """No undefined behavior, no access outside of arrays."""
    cases, programs = batch("generic", variant)
    judge_batch(cases, programs, run_sanitized(programs, tmp_path))


@pytest.mark.cross
@pytest.mark.parametrize("target", ["cortex-m0plus", "cortex-m4"])
def test_on_board(target: str, tmp_path: Path) -> None:
    """The same bits on emulated microcontrollers."""
    cases, programs = batch(target)
    judge_batch(cases, programs, run_on_board(programs, tmp_path))


@pytest.mark.cross
@pytest.mark.parametrize(
    ("operator", "goal"),
    [
        (op, goal)
        for op in (
            *("add", "average_pool_2d", "batch_matmul", "conv_2d", "depthwise_conv_2d"),
            *("fully_connected", "maximum", "mul", "svdf", "transpose_conv"),
            "unidirectional_sequence_lstm",
        )
        for goal in goals(op)
    ],
)
def test_assembly(operator: str, goal: str, tmp_path: Path) -> None:
    """More cases of what is written in assembly, which only a board runs."""
    found = collect(operator, ON_BOARD, "cortex-m4", None, goal)
    programs = [(p, samples_of(p)) for _, p in found]
    judge_batch([case for case, _ in found], programs, run_on_board(programs, tmp_path))


def test_quantize_special_values(host: HostBuild) -> None:
    """NaN, infinities and what is far out of range, where the interpreter is undefined."""
    special = [np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-40, -0.0, 0.25, -0.25, 0.75, -0.75, 63.5]
    b = ModelBuilder()
    x = b.tensor((len(special),), dtype="float32")
    y = b.tensor((len(special),), 0.5, -3)
    b.operator("QUANTIZE", [x], [y])
    case = Case.of(b, [x], [y], interpreter=False)
    program = compiled(case)
    assert program is not None
    samples = verify.Samples(((np.array(special, np.float32),),))
    judge(case, program, samples, host.run(program, samples))
    expected = [-3, 127, -128, 127, -128, -3, -3, -2, -4, -1, -5, 124]
    results = verify.NumpyReference(program.model).run(samples.inputs[0])
    assert results[y].tolist() == expected


def test_cast_special_values(host: HostBuild) -> None:
    """Floats that no integer type holds, and the ends of those that one does."""
    big = float(np.float32(2**31))
    special = [np.nan, np.inf, -np.inf, 127.9, 128.0, -128.9, -129.0, big, -big, 3e38, -0.5, 1e-40]
    expected = {
        "int8": [0, 127, -128, 127, 127, -128, -128, 127, -128, 127, 0, 0],
        "uint8": [0, 255, 0, 127, 128, 0, 0, 255, 0, 255, 0, 0],
        "int32": [
            0,
            2**31 - 1,
            -(2**31),
            127,
            128,
            -128,
            -129,
            2**31 - 1,
            -(2**31),
            2**31 - 1,
            0,
            0,
        ],
        "int64": [0, 2**63 - 1, -(2**63), 127, 128, -128, -129, 2**31, -(2**31), 2**63 - 1, 0, 0],
        "bool": [1] * len(special),
    }
    for dtype, values in expected.items():
        b = ModelBuilder()
        x, y = b.tensor((len(special),), dtype="float32"), b.tensor((len(special),), dtype=dtype)
        b.operator("CAST", [x], [y])
        case = Case.of(b, [x], [y], interpreter=False)
        program = compiled(case)
        assert program is not None
        samples = verify.Samples(((np.array(special, np.float32),),))
        judge(case, program, samples, host.run(program, samples))
        assert verify.NumpyReference(program.model).run(samples.inputs[0])[y].tolist() == values
