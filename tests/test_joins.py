"""Joins whose parts are written in place: exact, and only where that costs no memory."""

from __future__ import annotations

import json

import numpy as np
import pytest
from host_build import HostBuild
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from moving_model import MovingModel
from random_graphs import graphs
from state_models import StateBuilder
from test_weave import compiled, judge

from weft import driver, emit, select, verify
from weft.program import Program
from weft.target import VARIANTS
from weft.weave import GOALS


def parts(program: Program) -> list[str]:
    """The operators whose outputs are parts of others."""
    return [c.node.op for c in program.calls if c.node.outputs[0] in program.joined]


def joins(program: Program) -> int:
    """Layers that join."""
    return sum(c.node.op in ("concatenation", "pack") for c in program.calls)


@settings(max_examples=60, phases=(Phase.generate, Phase.shrink))
@given(
    model=graphs(joined=True),
    goal=st.sampled_from(GOALS),
    input_rows=st.booleans(),
    variant=st.sampled_from(sorted(VARIANTS)),
)
def test_random_branches(
    model: bytes, goal: str, input_rows: bool, variant: str, host: HostBuild
) -> None:
    """All layers are exact, the joined tensors and their parts among them."""
    options = driver.Options("m", variant=variant, optimize=goal, input_rows=input_rows)
    program = driver.compile_model(model, "m.tflite", options)
    difference = judge(model, program, host)
    assert not difference, difference


def branches(axis: int = 1, *, more: str = "") -> bytes:
    """Two convolutions side by side and a third one behind; with `more` another kind of part."""
    b = MovingModel(seed=3)
    x = b.input((1, 9, 6, 3))
    source = b.relu(x)
    first, second = (b.requantized(b.conv_2d(source, 4), source) for _ in range(2))
    inputs, outputs = [first, second], []
    if more == "constant":
        inputs.append(b.like_constant(first, b.shape(first)))
    if more == "twice":
        inputs.append(first)
    if more == "read":
        outputs.append(b.relu(first))
    if more == "output":
        outputs.append(first)
    y = b.conv_2d(b.concatenation(inputs, axis), 2)
    return b.build([x], [y, *outputs])


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", ["conv_2d", "conv_2d"]),
        ("constant", ["conv_2d", "conv_2d", "copy"]),
        ("twice", ["conv_2d", "copy", "copy"]),
        ("read", ["conv_2d", "copy"]),
        ("output", ["conv_2d", "copy"]),
    ],
)
@pytest.mark.parametrize("axis", [1, 2])
def test_what_is_made_in_place(axis: int, more: str, expected: list[str], host: HostBuild) -> None:
    """Only what nobody else wants; the rest is copied."""
    model = branches(axis, more=more)
    program = compiled(model, "latency")
    assert sorted(parts(program)) == expected
    assert joins(program) == 0
    assert program.passes[-1] == "joins: in place"
    assert not judge(model, program, host)


def test_nothing_to_gain() -> None:
    """A join of what is there already is a layer."""
    b = MovingModel(seed=3)
    x = b.input((1, 9, 6, 3))
    program = compiled(b.build([x], [b.relu(b.concatenation([x, x], 1))]), "latency")
    assert not program.joined
    assert joins(program) == 1


def test_state_stays_in_its_place() -> None:
    """What the next inference finds is not made of parts."""
    b = StateBuilder()
    b.create("state", np.zeros((1, 4, 2, 1)))
    x = b.image((1, 2, 2, 1))
    known = b.concatenate(b.last_rows(b.read("state"), 2), b.relu(x))
    b.assign("state", known)
    program = compiled(b.finish([x], [b.relu(known)]), "latency")
    assert not program.joined
    assert joins(program) == 1


@pytest.mark.parametrize("flat", [True, False])
def test_views_in_one_row(flat: bool, host: HostBuild) -> None:
    """What is reshaped before it is joined in a single row is written there row by row."""
    b = MovingModel(seed=3)
    x = b.input((1, 9, 6, 3))
    made = [b.requantized(b.conv_2d(x, 4, stride=(n, n)), x) for n in (1, 2)]
    elements = [int(np.prod(b.shape(y))) for y in made]
    shapes = [(1, n) if flat else (1, n // 4, 4) for n in elements]
    joined = b.concatenation([b.reshape(y, s) for y, s in zip(made, shapes, strict=True)], 1)
    model = b.build([x], [b.fully_connected(joined, 3) if flat else joined])
    program = compiled(model, "latency")
    assert parts(program) == ["conv_2d", "conv_2d"]
    assert not judge(model, program, host)


@pytest.mark.parametrize("goal", ["ram", "balanced"])
@pytest.mark.parametrize("axis", [1, 2])
def test_costs_no_memory(axis: int, goal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Joins are in place where the arena is no larger than with joins as layers."""
    model = branches(axis)
    found = compiled(model, goal)
    monkeypatch.setattr(select, "place_joins", lambda graph, target: graph)
    as_layers = compiled(model, goal)
    assert joins(as_layers) == 1
    assert found.arena_bytes <= as_layers.arena_bytes
    assert found.joined or "as layers" in found.passes[-1]


def test_text() -> None:
    """The generated C and the manifest say where a part goes."""
    program = compiled(branches(), "latency")
    files = emit.render(program)
    assert files["m.c"].count("written as a part of") == 2
    bands = json.loads(files["m.json"])["bands"]
    (joined,) = {band["part_of"] for band in bands if "part_of" in band}
    assert joined in {int(t) for t in program.joined.values()}


@pytest.mark.parametrize("axis", [1, 2])
def test_sanitized(axis: int) -> None:
    """No access outside of arrays."""
    model = branches(axis)
    program = compiled(model, "balanced")
    samples = verify.make_samples(program.model, 2)
    traces = verify.run_sanitized(program, samples)
    reference = verify.find_reference(model, program.model)
    found = verify.compare(program, emit.harness_view(program), samples, traces, reference)
    assert found.bit_exact, found.first_mismatch


@pytest.mark.cross
@pytest.mark.parametrize("axis", [1, 2])
def test_board(axis: int) -> None:
    """The same bits on an emulated microcontroller, with the kernels for its instructions."""
    model = branches(axis)
    options = driver.Options("m", "cortex-m4", optimize="latency")
    program = driver.compile_model(model, "m.tflite", options)
    assert program.joined
    samples = verify.make_samples(program.model, 2)
    traces = verify.run_target(program, samples)
    reference = verify.find_reference(model, program.model)
    found = verify.compare(program, emit.harness_view(program), samples, traces, reference)
    assert found.bit_exact, found.first_mismatch
