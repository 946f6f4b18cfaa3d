"""Joins whose parts are written in place: exact, proved, and only where that costs no memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

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
from weft.weave import GOALS, Claim, Layer, PlanError, Writer, check
from weft.weave.layers import Part


def parts(program: Program) -> list[str]:
    """The operators whose outputs are parts of others."""
    return [c.node.op for c in program.calls if c.node.outputs[0] in program.joined]


def joins(program: Program) -> int:
    """Layers that join."""
    return sum(c.node.op in ("concatenation", "pack") for c in program.calls)


@settings(max_examples=60, phases=(Phase.generate, Phase.shrink))
@given(model=graphs(joined=True), goal=st.sampled_from(GOALS), input_rows=st.booleans())
def test_random_branches(model: bytes, goal: str, input_rows: bool, host: HostBuild) -> None:
    """All layers are exact, the joined tensors and their parts among them."""
    difference = judge(model, compiled(model, goal, input_rows=input_rows), host)
    assert not difference, difference


Mutation = Callable[[Claim, Any], Claim | None]
"""A plan that cannot be right, made from one that is; None where there is nothing to break."""


def writers(claim: Claim) -> list[Writer]:
    """Those that make parts."""
    return [w for layer in claim.layers for w in layer.writes if w.part]


def rewritten(claim: Claim, old: Writer, new: Writer | None) -> Claim:
    """The plan with another statement of what a layer writes, or without it."""

    def changed(layer: Layer) -> Layer:
        kept = (new if w is old else w for w in layer.writes)
        return replace(layer, writes=tuple(w for w in kept if w is not None))

    return replace(claim, layers=tuple(map(changed, claim.layers)))


def displace(claim: Claim, draw: Any) -> Claim:
    """A part lies some bytes beside its place."""
    t = draw(st.sampled_from(writers(claim))).made
    shift = draw(st.sampled_from((-4, -2, -1, 1, 2, 4)))
    moved = {**claim.offsets, t: claim.offsets[t] + shift}
    return replace(claim, offsets=moved, arena_bytes=claim.arena_bytes + 8)


def exchange(claim: Claim, draw: Any) -> Claim | None:
    """Two parts of a tensor lie where the other one should."""
    w = draw(st.sampled_from(writers(claim)))
    alike = [
        x.made
        for x in writers(claim)
        if x.tensor == w.tensor
        and x.made != w.made
        and (claim.offsets[x.made], claim.bands[x.made].first)
        != (claim.offsets[w.made], claim.bands[w.made].first)
    ]
    if not alike:
        return None
    other = draw(st.sampled_from(alike))
    a, b = claim.bands[w.made], claim.bands[other]
    bands = {**claim.bands, w.made: replace(a, first=b.first), other: replace(b, first=a.first)}
    places = claim.offsets[w.made], claim.offsets[other]
    offsets = {**claim.offsets, w.made: places[1], other: places[0]}
    return replace(claim, bands=bands, offsets=offsets, arena_bytes=1 << 16)


def turn_ring(claim: Claim, draw: Any) -> Claim | None:
    """The first row of a part is in another slot."""
    turning = [w.made for w in writers(claim) if claim.bands[w.made].rows > 1]
    if not turning:
        return None
    t = draw(st.sampled_from(turning))
    band = claim.bands[t]
    return replace(
        claim, bands={**claim.bands, t: replace(band, first=(band.first + 1) % band.rows)}
    )


def stretch(claim: Claim, draw: Any) -> Claim | None:
    """The slots of a part have another distance than those of the joined tensor."""
    tall = [w.made for w in writers(claim) if claim.bands[w.made].rows > 1]
    if not tall:
        return None
    t = draw(st.sampled_from(tall))
    band = replace(claim.bands[t], stride=claim.bands[t].stride + draw(st.sampled_from((-1, 1))))
    return replace(claim, bands={**claim.bands, t: band}, arena_bytes=1 << 16)


def overlap_parts(claim: Claim, draw: Any) -> Claim:
    """A layer says that it makes bytes of the joined tensor that another one makes, too."""
    w = draw(st.sampled_from(writers(claim)))
    part: Part = w.part
    field = draw(st.sampled_from(("row", "at")))
    moved = getattr(part.place, field) + draw(st.sampled_from((-1, 1)))
    place = replace(part.place, **{field: moved})
    return rewritten(claim, w, replace(w, part=replace(part, place=place)))


def no_writer(claim: Claim, draw: Any) -> Claim:
    """Nobody makes a part."""
    return rewritten(claim, draw(st.sampled_from(writers(claim))), None)


def no_border(claim: Claim, draw: Any) -> Claim | None:
    """The part at an end of the joined rows leaves the border there as it is."""
    found = [
        (w.made, field)
        for w in writers(claim)
        for field in ("lead", "trail")
        if getattr(claim.bands[w.made], field)
        for layer in claim.layers
        for r in layer.reads
        if r.tensor == w.tensor and getattr(r, field)
    ]
    if not found:
        return None
    t, field = draw(st.sampled_from(found))
    band = claim.bands[t]
    moved = {**claim.offsets, t: claim.offsets[t] + (band.lead if field == "lead" else 0)}
    bands = {**claim.bands, t: replace(band, joint=False, **{field: 0})}
    return replace(claim, bands=bands, offsets=moved)


MUTATIONS: tuple[Mutation, ...] = (
    displace,
    exchange,
    turn_ring,
    stretch,
    overlap_parts,
    no_writer,
    no_border,
)


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda m: m.__name__)
def test_wrong_parts(mutate: Mutation) -> None:
    """The checker refuses what cannot be right."""
    broken = 0

    @settings(max_examples=40, phases=(Phase.generate, Phase.shrink))
    @given(model=graphs(joined=True), goal=st.sampled_from(GOALS), data=st.data())
    def run(model: bytes, goal: str, data: Any) -> None:
        nonlocal broken
        claim = compiled(model, goal).plan
        mutated = mutate(claim, data.draw) if writers(claim) else None
        if mutated is not None:
            broken += 1
            with pytest.raises(PlanError):
                check(mutated)

    run()
    assert broken > 5


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
