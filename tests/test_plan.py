"""The memory planner on random problems: sound, repeatable, and optimal where that is known."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from weft.plan import Placement, Problem, place

_SMALL = 5  # blocks for which all orders are tried


@st.composite
def problems(draw: Any, blocks: int) -> Problem:
    """Blocks of which some pairs meet; some may overlap by a part in one order."""
    count = draw(st.integers(1, blocks))
    sizes = [draw(st.integers(1, 12)) for _ in range(count)]
    distance = {}
    for a, b in itertools.combinations(range(count), 2):
        if draw(st.booleans()):
            continue
        shared = draw(st.just(0) | st.integers(0, min(sizes[a], sizes[b]) + 2))
        distance[a, b] = sizes[b] - shared
        distance[b, a] = sizes[a] - (shared if draw(st.booleans()) else 0)
    alignment = draw(st.sampled_from((1, 1, 4)))
    return Problem(sizes, distance, alignment, max(sizes))


def assert_valid(problem: Problem, placement: Placement) -> None:
    """All distances are kept."""
    offsets = placement.offsets
    assert all(o >= 0 and o % problem.alignment == 0 for o in offsets)
    for (a, b), above in problem.distance.items():
        below = problem.distance[b, a]
        assert offsets[a] >= offsets[b] + above or offsets[b] >= offsets[a] + below, (a, b)
    ends = [o + s for o, s in zip(offsets, problem.sizes, strict=True)]
    assert placement.size >= max(ends)


@settings(max_examples=30)
@given(problem=problems(14))
def test_placement_is_valid(problem: Problem) -> None:
    """Distances, alignment and size; the same result every time."""
    placement = place(problem)
    assert_valid(problem, placement)
    assert place(problem) == placement


def best_size(problem: Problem) -> int:
    """The least arena, by trying both orders of every pair that meets."""
    pairs = [(a, b) for a, b in problem.distance if a < b]
    best = sum(problem.sizes) + problem.alignment * len(problem.sizes) * 2
    for order in itertools.product((False, True), repeat=len(pairs)):
        above = [(b, a) if swap else (a, b) for (a, b), swap in zip(pairs, order, strict=True)]
        offsets = _lowest(problem, above, best)
        if offsets is not None:
            ends = (o + s for o, s in zip(offsets, problem.sizes, strict=True))
            best = min(best, max(ends))
    return best


def _lowest(problem: Problem, above: list[tuple[int, int]], limit: int) -> list[int] | None:
    """The lowest offsets with which a lies above b for all pairs (a, b); None for a cycle."""
    offsets, align = [0] * len(problem.sizes), problem.alignment
    changed = True
    while changed:
        changed = False
        for a, b in above:
            least = -(-(offsets[b] + problem.distance[a, b]) // align) * align
            if offsets[a] < least:
                offsets[a], changed = least, True
                if least > limit:
                    return None
    return offsets


@settings(max_examples=100)
@given(problem=problems(_SMALL))
def test_small_problems_are_solved(problem: Problem) -> None:
    """Nothing smaller exists, whatever the order of the blocks."""
    placement = place(problem)
    assert_valid(problem, placement)
    assert placement.size == best_size(problem)


def test_nothing_to_place() -> None:
    """An empty arena."""
    assert place(Problem((), {}, 4, 0)) == Placement((), 0)
