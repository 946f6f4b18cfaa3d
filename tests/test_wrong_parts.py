"""Plans in which a part of a joined tensor is wrong: the checker refuses them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from random_graphs import graphs
from test_weave import compiled

from weft.weave import GOALS, Claim, Layer, PlanError, Writer, check
from weft.weave.layers import Part

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


def change_rows(claim: Claim, draw: Any) -> Claim | None:
    """The rows of a part that lie in one row have another distance than the layer says."""
    found = [w for w in writers(claim) if w.part and w.part.place.along]
    if not found:
        return None
    w = draw(st.sampled_from(found))
    part: Part = w.part
    shift = draw(st.sampled_from((-1, 1)))
    place = replace(part.place, along=part.place.along + shift)
    return rewritten(claim, w, replace(w, part=replace(part, place=place)))


def no_writer(claim: Claim, draw: Any) -> Claim:
    """Nobody makes a part."""
    return rewritten(claim, draw(st.sampled_from(writers(claim))), None)


def no_border(claim: Claim, draw: Any) -> Claim | None:
    """The parts at the ends of joined rows leave the borders there as they are."""
    bands, offsets = dict(claim.bands), dict(claim.offsets)
    readers = [r for layer in claim.layers for r in layer.reads if r.lead or r.trail]
    for w in writers(claim):
        band = bands[w.made]
        if any(r.tensor == w.tensor for r in readers):
            bands[w.made] = replace(band, lead=0, trail=0, joint=False)
            offsets[w.made] += band.lead
    if bands == claim.bands:
        return None
    return replace(claim, bands=bands, offsets=offsets)


MUTATIONS: tuple[Mutation, ...] = (
    displace,
    exchange,
    turn_ring,
    stretch,
    overlap_parts,
    change_rows,
    no_writer,
    no_border,
)


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda m: m.__name__)
def test_wrong_parts(mutate: Mutation) -> None:
    """The checker refuses what cannot be right."""
    broken = 0

    @settings(max_examples=60, phases=(Phase.generate, Phase.shrink))
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
    assert broken > 2
