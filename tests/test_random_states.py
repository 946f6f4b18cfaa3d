"""Random graphs with variables: sequences are exact, and plans that lose a state are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from host_build import HostBuild
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from state_models import StateBuilder

from weft import driver, emit, verify
from weft.program import Program
from weft.weave import GOALS, PlanError, check

SHAPE = (1, 4, 3, 2)
NAMES = "abc"


@st.composite
def graphs(draw: Any) -> bytes:
    """Sums and rectifiers of images of one shape, which variables keep, delay and exchange."""
    b = StateBuilder()
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    for name in NAMES:
        b.create(name, rng.integers(-128, 128, SHAPE))
    x = b.image(SHAPE)
    images = [x, b.read("a")]
    for _ in range(draw(st.integers(3, 9))):
        kind = draw(st.sampled_from(("add", "relu", "read", "read", "assign", "assign")))
        some = st.sampled_from(images)
        if kind == "add":
            images.append(b.add(draw(some), draw(some)))
        elif kind == "relu":
            images.append(b.relu(draw(some)))
        elif kind == "read":
            images.append(b.read(draw(st.sampled_from(NAMES))))
        else:
            b.assign(draw(st.sampled_from(NAMES)), draw(some))
    b.assign("a", images[-1])
    return b.finish([x], [b.add(images[1], draw(st.sampled_from(images)))])


def compiled(model: bytes, goal: str, *, input_rows: bool = False) -> Program:
    """The program of a generated model; the compiler checks its own plan."""
    options = driver.Options("m", optimize=goal, input_rows=input_rows)
    return driver.compile_model(model, "m.tflite", options)


@settings(max_examples=50, phases=(Phase.generate,))
@given(model=graphs(), goal=st.sampled_from(GOALS), input_rows=st.booleans())
def test_sequences(model: bytes, goal: str, input_rows: bool, host: HostBuild) -> None:
    """Whatever is read, assigned and delayed, every inference gives the interpreter's bits."""
    program = compiled(model, goal, input_rows=input_rows)
    samples = verify.make_samples(program.model, 12)
    reference = verify.find_reference(model, program.model)
    assert "litert" in reference.name
    traces = host.run(program, samples)
    verdict = verify.compare(program, emit.harness_view(program), samples, traces, reference)
    assert verdict.bit_exact, verdict.first_mismatch


def test_moved_states_are_refused() -> None:
    """What is left is found again only if it stays where it is; steps keep their order."""
    broken = 0

    @settings(max_examples=60, phases=(Phase.generate, Phase.shrink))
    @given(model=graphs(), data=st.data())
    def run(model: bytes, data: Any) -> None:
        nonlocal broken
        claim = compiled(model, "balanced").plan
        if not claim.carried:
            return
        found, left = data.draw(st.sampled_from(claim.carried))
        tensor = data.draw(st.sampled_from((found, claim.owners.get(left, left))))
        shift = data.draw(st.sampled_from((-24, -4, -1, 1, 4, 24, claim.work)))
        moved = {**claim.offsets, tensor: claim.offsets[tensor] + shift}
        broken += 1
        with pytest.raises(PlanError):
            check(replace(claim, offsets=moved, arena_bytes=claim.arena_bytes + 256))

    run()
    assert broken > 20


def test_late_reads_are_refused() -> None:
    """A layer that reads a state after it was overwritten finds the wrong one."""
    broken = 0

    @settings(max_examples=80, phases=(Phase.generate, Phase.shrink))
    @given(model=graphs(), data=st.data())
    def run(model: bytes, data: Any) -> None:
        nonlocal broken
        claim = compiled(model, "latency").plan
        found = dict(claim.carried)
        pairs = [
            (reader, writer)
            for reader, layer in enumerate(claim.layers)
            for writer, other in enumerate(claim.layers)
            for r in layer.reads
            for w in other.writes
            if found.get(r.tensor) == w.tensor and reader != writer
        ]
        if not pairs:
            return
        reader, writer = data.draw(st.sampled_from(pairs))
        order = list(claim.weave)
        last = max(i for i, n in enumerate(order) if n == reader)
        first = min(i for i, n in enumerate(order) if n == writer)
        assert last < first, "the scheduler makes the writer wait"
        rest = [n for n in order if n != writer]
        at = rest.index(reader)
        order = [*rest[:at], *(n for n in order if n == writer), *rest[at:]]
        broken += 1
        with pytest.raises(PlanError):
            check(replace(claim, weave=tuple(order)))

    run()
    assert broken > 20
