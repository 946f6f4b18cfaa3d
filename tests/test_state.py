"""State between inferences: sequences are exact, and plans that would lose state are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from host_build import Batch, HostBuild, run_on_board, run_sanitized
from state_models import STATE_MODELS, recurrent

from weft import driver, emit, verify
from weft.ops.base import Values
from weft.program import Program
from weft.weave import GOALS, Claim, PlanError, check

IN_A_ROW = 17  # inferences: three sequences and a bit, begun by every kind of reset


def compiled(name: str, **options: object) -> Program:
    """The program of one of the models."""
    given = driver.Options(name=name, **options)  # type: ignore[arg-type]
    return driver.compile_model(STATE_MODELS[name](), f"{name}.tflite", given)


def judge(name: str, program: Program, samples: verify.Samples, traces: list[Values]) -> None:
    """Compare with the formulas and with the interpreter."""
    for reference in (
        verify.NumpyReference(program.model),
        verify.find_reference(STATE_MODELS[name](), program.model),
    ):
        view = emit.harness_view(program)
        verdict = verify.compare(program, view, samples, traces, reference)
        assert verdict.bit_exact, f"{reference.name}: {verdict.first_mismatch}"
    assert "litert" in reference.name


@pytest.mark.parametrize("input_rows", [False, True])
@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("name", STATE_MODELS)
def test_sequences(name: str, goal: str, input_rows: bool, host: HostBuild) -> None:
    """Inferences in a row, each with what the last one left, and resets in between."""
    program = compiled(name, optimize=goal, input_rows=input_rows)
    samples = verify.make_samples(program.model, IN_A_ROW)
    assert 1 < samples.sequence < IN_A_ROW / 3
    judge(name, program, samples, host.run(program, samples))


@pytest.mark.parametrize("input_rows", [False, True])
def test_recurrent_layer_streams(input_rows: bool, host: HostBuild) -> None:
    """An LSTM takes time steps as they come, row by row, between convolutions over time."""
    options = driver.Options("m", input_rows=input_rows)
    program = driver.compile_model(recurrent(), "m.tflite", options)
    number = [c.node.op for c in program.calls].index("unidirectional_sequence_lstm")
    layer = program.layers[number]
    assert layer.steps == 18
    assert [program.band(r.tensor).rows for r in layer.reads] == [1]
    samples = verify.make_samples(program.model, IN_A_ROW)
    verdict = verify.compare(
        program,
        emit.harness_view(program),
        samples,
        host.run(program, samples),
        verify.NumpyReference(program.model),
    )
    assert verdict.bit_exact, verdict.first_mismatch


def test_sequences_differ() -> None:
    """The models are worth testing: the same input gives another output in another state."""
    for name, make in STATE_MODELS.items():
        program = driver.compile_model(make(), "m.tflite", driver.Options("m"))
        reference = verify.NumpyReference(program.model)
        outputs = [program.model[t].origin for t in program.model.outputs]
        inputs = verify.make_samples(program.model, 4).inputs[3]
        first, second = reference.run(inputs), reference.run(inputs)
        assert any((first[t] != second[t]).any() for t in outputs if t is not None), name


def batch(target: str) -> tuple[list[str], Batch]:
    """All models for one target."""
    programs = [(n, compiled(n, target=target)) for n in STATE_MODELS]
    return [n for n, _ in programs], [
        (p, verify.make_samples(p.model, IN_A_ROW)) for _, p in programs
    ]


def test_sanitized(tmp_path: Path) -> None:
    """No undefined behavior, no access outside of arrays."""
    names, programs = batch("generic")
    traces = run_sanitized(programs, tmp_path)
    for name, (program, samples), found in zip(names, programs, traces, strict=True):
        judge(name, program, samples, found)


@pytest.mark.cross
@pytest.mark.parametrize("target", ["cortex-m0plus", "cortex-m4"])
def test_on_board(target: str, tmp_path: Path) -> None:
    """The same bits on emulated microcontrollers."""
    names, programs = batch(target)
    traces = run_on_board(programs, tmp_path)
    for name, (program, samples), found in zip(names, programs, traces, strict=True):
        judge(name, program, samples, found)


def state_copies(program: Program) -> int:
    """Copies that were made to leave states where they are found."""
    return sum(c.node.op == "copy" for c in program.calls)


def test_made_in_place() -> None:
    """A new value is made where the next inference finds it, unless it is needed elsewhere."""
    assert state_copies(compiled("stream")) == 0
    assert state_copies(compiled("two_layers")) == 0
    assert state_copies(compiled("accumulator")) == 1  # an output has a place of its own
    assert state_copies(compiled("old_and_new")) == 2  # ... and so has a state that is one


Mutation = Callable[[Claim], Claim]


def _moved(claim: Claim, tensor: int, at: int) -> Claim:
    offsets = {t: at if t == tensor else offset for t, offset in claim.offsets.items()}
    return replace(claim, offsets=offsets, arena_bytes=claim.arena_bytes + 4096)


def left_elsewhere(claim: Claim) -> Claim:
    """What is left is not where the next inference looks for it."""
    _, after = claim.carried[0]
    return _moved(claim, claim.owners.get(after, after), claim.arena_bytes)


def found_elsewhere(claim: Claim) -> Claim:
    """What is found is not where the last inference left it."""
    return _moved(claim, claim.carried[0][0], claim.arena_bytes)


def two_in_one_place(claim: Claim) -> Claim:
    """One state lies over another."""
    (before, after), (other, _) = claim.carried[:2]
    at = claim.offsets[other] + 1
    return _moved(_moved(claim, before, at), claim.owners.get(after, after), at)


def beyond_region(claim: Claim) -> Claim:
    """The caller would save too few bytes."""
    return replace(claim, region=range(claim.region.start, claim.region.stop - 4))


def among_states(claim: Claim) -> Claim:
    """Another tensor lies where a state is, if only when nobody needs the state."""
    states = {claim.owners.get(t, t) for pair in claim.carried for t in pair}
    tensor = next(t for t in claim.offsets if t not in states)
    return _moved(claim, tensor, claim.region.start)


def written_before_read(claim: Claim) -> Claim:
    """A state is overwritten before the last of the layers that read it."""
    for before, after in claim.carried:
        readers = [n for n, x in enumerate(claim.layers) if before in {r.tensor for r in x.reads}]
        writers = [n for n, x in enumerate(claim.layers) if after in {w.tensor for w in x.writes}]
        if readers and writers and claim.layers[writers[0]].reads[0].tensor != before:
            order = [n for n in claim.weave if n not in writers]
            at = order.index(readers[-1])
            made = [n for n in claim.weave if n in writers]
            return replace(claim, weave=(*order[:at], *made, *order[at:]))
    raise AssertionError("no such layers")


@pytest.mark.parametrize(
    ("mutate", "name"),
    [
        (left_elsewhere, "stream"),
        (left_elsewhere, "filters"),
        (found_elsewhere, "two_layers"),
        (two_in_one_place, "two_layers"),
        (two_in_one_place, "filters"),
        (beyond_region, "stream"),
        (among_states, "stream"),
        (among_states, "filters"),
        (written_before_read, "delays"),
    ],
)
def test_wrong_plan(mutate: Mutation, name: str) -> None:
    """The checker refuses a plan that would lose or mix up states."""
    claim = compiled(name).plan
    check(claim)
    with pytest.raises(PlanError):
        check(mutate(claim))


def test_shared_arena() -> None:
    """States of several models lie apart; everything else may overlap."""
    names = ("stream", "filters", "accumulator")
    shared = driver.share_arena([compiled(name) for name in names])
    regions = [set(p.plan.region) for p in shared]
    assert sum(map(len, regions)) == len(set().union(*regions)) == shared[0].plan.work
    for program, alone in zip(shared, map(compiled, names), strict=True):
        others = program.plan.work - len(program.plan.region)
        assert program.arena_bytes == alone.arena_bytes + others
        assert program.lower_bound == alone.lower_bound + others
        check(program.plan)


def test_shared_arena_runs(host: HostBuild) -> None:
    """Moved plans are exact, too."""
    names = ("stream", "filters")
    for name, program in zip(names, driver.share_arena([compiled(n) for n in names]), strict=True):
        samples = verify.make_samples(program.model, 6)
        judge(name, program, samples, host.run(program, samples))
