"""Random graphs: plans pass the checker, run bit-exact, and mutated plans are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from host_build import HostBuild
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from random_graphs import graphs
from random_model import RandomModel

from weft import driver, emit, verify
from weft.ir import TensorId
from weft.program import Program
from weft.weave import GOALS, Band, Claim, Layer, PlanError, Reader, Writer, check
from weft.weave.trace import Rows, Uses, follows_on

goals = st.sampled_from(GOALS)


def compiled(model: bytes, goal: str, *, without: str = "", input_rows: bool = False) -> Program:
    """The program of a generated model, without a pass; the compiler checks its own plan."""
    left_out = (without,) if without else ()
    options = driver.Options(name="m", optimize=goal, input_rows=input_rows, no_passes=left_out)
    return driver.compile_model(model, "m.tflite", options)


def judge(model: bytes, program: Program, host: HostBuild) -> str:
    """Run a program and compare every layer; what differs, if anything."""
    samples = verify.make_samples(program.model, 4)
    reference = verify.find_reference(model, program.model)
    assert "litert" in reference.name
    traces = host.run(program, samples)
    verdict = verify.compare(program, emit.harness_view(program), samples, traces, reference)
    return "" if verdict.bit_exact else str(verdict.first_mismatch)


@settings(max_examples=120, phases=(Phase.generate, Phase.shrink))
@given(model=graphs(), goal=goals, input_rows=st.booleans())
def test_random_graph(model: bytes, goal: str, input_rows: bool, host: HostBuild) -> None:
    """Every schedule gives the reference's bits, also when the input comes row by row."""
    difference = judge(model, compiled(model, goal, input_rows=input_rows), host)
    assert not difference, difference


def test_two_windows_of_one_tensor(host: HostBuild) -> None:
    """Two readers that differ only in how far they go, one of them past the image."""
    b = RandomModel(seed=3)
    x = b.input((1, 6, 4, 2))
    y = b.relu(x)
    same = b.conv_2d(y, 2, (2, 1), padding="SAME")
    valid = b.conv_2d(y, 2, (2, 1), padding="VALID")
    for first, second in ((same, valid), (valid, same)):
        b.graph.operators.sort(key=lambda op: op.outputs[0] == second)
        model = b.build([x], [first, second])
        assert not judge(model, compiled(model, "latency"), host)


Mutation = Callable[[Claim, Any], Claim | None]
"""A plan that cannot be right, made from one that is; None where there is nothing to break."""


def drop_step(claim: Claim, draw: Any) -> Claim:
    """A layer has a step too few."""
    at = draw(st.integers(0, len(claim.weave) - 1))
    return replace(claim, weave=(*claim.weave[:at], *claim.weave[at + 1 :]))


def repeat_step(claim: Claim, draw: Any) -> Claim:
    """A layer has a step too many."""
    at = draw(st.integers(0, len(claim.weave) - 1))
    return replace(claim, weave=(*claim.weave[: at + 1], *claim.weave[at:]))


def read_too_early(claim: Claim, draw: Any) -> Claim | None:
    """A step goes before the one that makes the last row that it reads."""
    waits = list(_waits(claim))
    if not waits:
        return None
    reader, maker = draw(st.sampled_from(waits))
    order = list(claim.weave)
    order.insert(maker, order.pop(reader))
    return replace(claim, weave=tuple(order))


def _waits(claim: Claim) -> Iterator[tuple[int, int]]:
    """Times of a step and of the step that makes the last row that it reads.

    Only where the layer's steps before come earlier than that: steps of a layer have no name.
    """
    done, before = [0] * len(claim.layers), [-1] * len(claim.layers)
    made: dict[tuple[int, int], int] = {}
    for time, number in enumerate(claim.weave):
        layer, step = claim.layers[number], done[number]
        for r in layer.reads:
            rows = r.rows(step, claim.bands[r.tensor].height)
            if rows and before[number] < made.get((r.tensor, rows[-1]), -1):
                yield time, made[r.tensor, rows[-1]]
        for w in layer.writes:
            made.update(((w.tensor, y), time) for y in _finished(claim, number, w, step))
        done[number] += 1
        before[number] = time


def _finished(claim: Claim, number: int, writer: Any, step: int) -> range:
    if writer.accumulate and step + 1 < claim.layers[number].steps:
        return range(0)
    rows: range = writer.rows(step, claim.bands[writer.tensor].height)
    return rows


def shorten_ring(claim: Claim, draw: Any) -> Claim | None:
    """A band has a row less than are alive at some time."""
    alive = {t: n for t, n in _rows_alive(claim).items() if n > 1}
    if not alive:
        return None
    tensor = draw(st.sampled_from(sorted(alive)))
    band = replace(claim.bands[tensor], rows=alive[tensor] - 1)
    return replace(claim, bands={**claim.bands, tensor: band})


def _rows_alive(claim: Claim) -> dict[Any, int]:
    """For tensors that layers write and others read, without views: the most rows alive."""
    done = [0] * len(claim.layers)
    written: dict[Any, dict[int, int]] = {}
    last_read: dict[Any, dict[int, int]] = {}
    for time, number in enumerate(claim.weave):
        layer, step = claim.layers[number], done[number]
        for r in layer.reads:
            rows = r.rows(step, claim.bands[r.tensor].height)
            last_read.setdefault(r.tensor, {}).update(dict.fromkeys(rows, time))
        for w in layer.writes:
            for y in w.rows(step, claim.bands[w.tensor].height):
                written.setdefault(w.tensor, {}).setdefault(y, time)
        done[number] += 1
    views = {*claim.owners, *claim.owners.values()}
    found = {}
    for tensor in (written.keys() & last_read.keys()) - views:
        spans = [(written[tensor][y], t) for y, t in last_read[tensor].items()]
        found[tensor] = max(sum(b <= time <= e for b, e in spans) for time, _ in spans)
    return found


def overlap(claim: Claim, draw: Any) -> Claim | None:
    """An output starts a few bytes behind its layer's input, which is alive."""
    pairs = [
        (w.tensor, r.tensor)
        for layer in claim.layers
        for w in layer.writes
        for r in layer.reads
        if not layer.in_place
        and r.rows(0, claim.bands[r.tensor].height)
        and r.rows(0, claim.bands[r.tensor].height)[0] == 0
        and {w.tensor, r.tensor}.isdisjoint({*claim.owners, *claim.owners.values()})
    ]
    if not pairs:
        return None
    moved, fixed = draw(st.sampled_from(sorted(pairs)))
    a, b = claim.bands[fixed], claim.bands[moved]
    shift = draw(st.integers(0, a.payload - 1))
    at = claim.offsets[fixed] + a.lead - b.lead + shift
    if at < 0:
        return None
    return replace(claim, offsets={**claim.offsets, moved: at}, arena_bytes=1 << 20)


def shorten_arena(claim: Claim, draw: Any) -> Claim:
    """The arena ends before the last byte in use."""
    sizes = {t: claim.bands[t].size for t in claim.offsets}
    ends = [claim.offsets[t] + size for t, size in sizes.items()]
    ends += [claim.scratch[n] + claim.layers[n].scratch for n in claim.scratch]
    ends += [claim.state[n] + claim.layers[n].state for n in claim.state]
    return replace(claim, arena_bytes=max(ends) - 1)


MUTATIONS: tuple[Mutation, ...] = (
    drop_step,
    repeat_step,
    read_too_early,
    shorten_ring,
    overlap,
    shorten_arena,
)


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda m: m.__name__)
def test_wrong_plan(mutate: Mutation) -> None:
    """The checker refuses what cannot be right."""
    broken = 0

    @settings(max_examples=60, phases=(Phase.generate, Phase.shrink))
    @given(model=graphs(), goal=goals, data=st.data())
    def run(model: bytes, goal: str, data: Any) -> None:
        nonlocal broken
        claim = compiled(model, goal).plan
        mutated = mutate(claim, data.draw)
        if mutated is not None:
            broken += 1
            with pytest.raises(PlanError):
                check(mutated)

    run()
    assert broken > 20


def rejected(claim: Claim, **offsets: int) -> bool:
    """Whether the checker refuses a plan with some tensors (t3=...) in other places."""
    moved = {**claim.offsets, **{TensorId(int(t[1:])): at for t, at in offsets.items()}}
    try:
        check(replace(claim, offsets=moved, arena_bytes=10_000))
    except PlanError:
        return True
    return False


def test_overwritten_border() -> None:
    """Bytes beside a row count, too, as far as they are read."""
    b = RandomModel(seed=4)
    x = b.input((1, 4, 4, 2))
    y, z = b.relu(x), b.relu6(x)
    model = b.build([x], [b.depthwise_conv_2d(y), z])
    claim = compiled(model, "latency").plan
    band, end = claim.bands[TensorId(y)], claim.bands[TensorId(z)].size
    assert band.lead == 2
    order = [n for n, _ in groupby(claim.weave)]
    assert order == [0, 1, 2], "the second is written between write and read of the first"
    assert not rejected(claim, **{f"t{y}": 5000, f"t{z}": 5000 - end})
    assert rejected(claim, **{f"t{y}": 5000, f"t{z}": 5000 - end + 1})
    assert rejected(claim, **{f"t{y}": 5000, f"t{z}": 5000 + band.lead - end})


def test_joint_borders() -> None:
    """The border between two rows is filled with the upper one only if that is still needed."""
    band = Band(TensorId(0), height=2, payload=8, rows=2, stride=10, lead=2, trail=2)
    assert band.shares_borders
    makes = Layer(2, (), (Writer(TensorId(0), block=1),))
    reads = Reader(TensorId(0), count=1, advance=1, lead=1, pixel=2)
    uses = Layer(2, (reads,), (Writer(TensorId(1), block=1),))
    result = Band(TensorId(1), height=2, payload=1, rows=2, stride=1)
    between = Layer(1, (), (Writer(TensorId(2), block=1),))
    other = Band(TensorId(2), height=1, payload=2, rows=1, stride=2)

    def plan(*weave: int, joint: bool) -> Claim:
        return Claim(
            layers=(makes, uses, between),
            weave=weave,
            bands={
                TensorId(0): replace(band, joint=joint),
                TensorId(1): result,
                TensorId(2): other,
            },
            owners={},
            offsets={TensorId(0): 0, TensorId(1): 30, TensorId(2): 10},
            scratch={},
            state={},
            arena_bytes=32,
            sources=(),
            outputs=(TensorId(1),),
        )

    check(plan(0, 1, 0, 1, 2, joint=True))
    check(plan(0, 1, 2, 0, 1, joint=False))
    with pytest.raises(PlanError, match="overwritten"):
        check(plan(0, 1, 2, 0, 1, joint=True))


def test_lasting_borders() -> None:
    """A slot's border is filled once, unless something is written there before its next row."""
    band = Band(TensorId(0), height=3, payload=8, rows=1, stride=10, lead=2, trail=2)
    makes = Layer(3, (), (Writer(TensorId(0), block=1),))
    reads = Reader(TensorId(0), count=1, advance=1, lead=1, trail=1, pixel=2)
    uses = Layer(3, (reads,), (Writer(TensorId(1), block=1),))
    result = Band(TensorId(1), height=3, payload=1, rows=3, stride=1)
    between = Layer(1, (), (Writer(TensorId(2), block=1),))
    other = Band(TensorId(2), height=1, payload=2, rows=1, stride=2)

    def plan(*weave: int, lasting: bool, at: int) -> Claim:
        return Claim(
            layers=(makes, uses, between),
            weave=weave,
            bands={
                TensorId(0): replace(band, lasting=lasting),
                TensorId(1): result,
                TensorId(2): other,
            },
            owners={},
            offsets={TensorId(0): 0, TensorId(1): 30, TensorId(2): at},
            scratch={},
            state={},
            arena_bytes=33,
            sources=(),
            outputs=(TensorId(1),),
        )

    check(plan(0, 1, 0, 1, 2, 0, 1, lasting=True, at=12))
    check(plan(0, 1, 0, 1, 0, 1, 2, lasting=True, at=0))
    check(plan(2, 0, 1, 0, 1, 0, 1, lasting=True, at=10))
    check(plan(0, 1, 0, 1, 2, 0, 1, lasting=False, at=10))
    for at in (0, 10):
        with pytest.raises(PlanError, match="overwritten"):
            check(plan(0, 1, 0, 1, 2, 0, 1, lasting=True, at=at))


def test_borders_filled_in_a_ring(host: HostBuild) -> None:
    """Rings that nothing else is written into get their borders in the first rows only."""
    b = RandomModel(seed=8)
    x = b.input((1, 12, 5, 4))
    y = b.conv_2d(b.relu(x), 4, (3, 3), padding="SAME")
    model = b.build([x], [b.conv_2d(y, 4, (3, 3), padding="SAME")])
    program = compiled(model, "ram")
    rings = [band for band in program.plan.bands.values() if band.lead and band.rows < 12]
    assert rings
    assert all(band.lasting and band.bordered == band.rows for band in rings)
    assert not judge(model, program, host)


def test_follows_on() -> None:
    """A row finds its border filled where the row above is still needed, or written with it."""

    def rows(times: Sequence[int], first: Sequence[int], count: int) -> Rows:
        firsts = np.array(first)
        return Rows(np.array(times), firsts, firsts + count - 1)

    makes = rows((0, 2, 4), (0, 1, 2), 1)
    single, pairs = rows((1, 3, 5), (0, 1, 2), 1), rows((3, 5), (0, 1), 2)
    assert follows_on(Uses(pairs, makes), slots=3)
    assert not follows_on(Uses(single, makes), slots=3)
    assert follows_on(Uses(single, makes), slots=1)
    twos, taken = rows((0, 2), (0, 2), 2), rows((1, 3), (0, 2), 2)
    assert follows_on(Uses(taken, twos), slots=2)
    assert not follows_on(Uses(taken, twos), slots=4)
    assert not follows_on(Uses(pairs, rows((0, 1, 2), (1, 1, 2), 1)), slots=3), "written again"


@pytest.mark.parametrize("goal", ["latency", "ram"])
def test_borders_filled_once(goal: str, host: HostBuild) -> None:
    """Rows of which one at a time is read, and rows of a window."""
    b = RandomModel(seed=6)
    x = b.input((1, 6, 5, 4))
    y = b.conv_2d(b.relu(x), 4, (1, 3), padding="SAME")
    model = b.build([x], [b.conv_2d(y, 4, (3, 3), padding="SAME")])
    program = compiled(model, goal)
    wide = [band for band in program.plan.bands.values() if band.lead]
    assert len(wide) == 2
    assert all(band.joint for band in wide)
    assert not judge(model, program, host)


def test_in_place_only_downwards() -> None:
    """A row may be overwritten by the one that is made of it, from its start or below it."""
    b = RandomModel(seed=5)
    x = b.input((1, 1, 6, 3))
    y = b.relu(x)
    z = b.relu(y)
    claim = compiled(b.build([x], [b.relu(z)]), "latency", without="merge_tables").plan
    assert all(layer.in_place for layer in claim.layers)
    here = {f"t{x}": 9000, f"t{z + 1}": 8000, f"t{y}": 5000}
    assert not rejected(claim, **here, **{f"t{z}": 5000})
    assert not rejected(claim, **here, **{f"t{z}": 4999})
    assert rejected(claim, **here, **{f"t{z}": 5001})
    assert not rejected(claim, **here, **{f"t{z}": 5018})


def test_accepted_plans_run(host: HostBuild) -> None:
    """Whatever the checker lets pass gives the right bits: offsets moved by a few bytes."""
    accepted = refused = 0

    @settings(max_examples=150, phases=(Phase.generate, Phase.shrink))
    @given(model=graphs(), goal=goals, data=st.data())
    def run(model: bytes, goal: str, data: Any) -> None:
        nonlocal accepted, refused
        program = compiled(model, goal)
        plan = program.plan
        tensor = data.draw(st.sampled_from(sorted(plan.offsets)))
        shift = data.draw(st.sampled_from((-8, -4, 4, 8, 16)))
        moved = {**plan.offsets, tensor: max(0, plan.offsets[tensor] + shift)}
        mutated = replace(plan, offsets=moved)
        try:
            check(mutated)
        except PlanError:
            refused += 1
            return
        accepted += 1
        difference = judge(model, replace(program, plan=mutated), host)
        assert not difference, difference

    run()
    assert accepted > 10
    assert refused > 50


def test_rows_of_a_reader() -> None:
    """A step that reads behind or above the image reads nothing, and waits for no row."""
    by_table = Reader(TensorId(0), count=2, table=(0, 5, 3, -2))
    assert [by_table.rows(step, 5) for step in range(4)] == [
        range(2),
        range(0),
        range(3, 5),
        range(0),
    ]
    assert by_table.rows(1, 5).stop == by_table.rows(3, 5).stop == 0
    by_stride = Reader(TensorId(0), count=3, start=-1, advance=2)
    assert [by_stride.rows(step, 5) for step in range(3)] == [range(2), range(1, 4), range(3, 5)]
