"""From lives to the planner's pairwise distances, and the least arena that any plan needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from weft.plan import Problem
from weft.weave.life import NEVER, Storage
from weft.weave.overlay import Overlay


def problem(
    storages: Sequence[Storage],
    overlays: Sequence[Overlay],
    length: int,
    alignment: int,
    fixed: Mapping[int, int],
) -> Problem:
    """The placement problem of a weave of `length` steps; offsets are multiples of `alignment`.

    `fixed` are the offsets of the storages that have their places already.
    """
    shared = defaultdict(list)
    for overlay in overlays:
        shared[overlay.read, overlay.write].append(overlay)
    distance = {}
    for a, b in _meetings(storages):
        first = max(storages[a].first, storages[b].first)
        last = min(storages[a].last, storages[b].last)
        for above, below in ((a, b), (b, a)):
            gap = _gap(storages[above], storages[below], first, last, shared.get((above, below)))
            distance[above, below] = gap
        if distance[a, b] <= -NEVER // 2 or distance[b, a] <= -NEVER // 2:
            del distance[a, b], distance[b, a]
    sizes = [s.size for s in storages]
    return Problem(sizes, distance, alignment, lower_bound(storages, overlays, length), fixed)


def _meetings(storages: Sequence[Storage]) -> Iterator[tuple[int, int]]:
    """Pairs whose lives overlap, found by sweeping over the steps."""
    alive: list[int] = []
    for number in sorted(range(len(storages)), key=lambda i: storages[i].first):
        alive = [i for i in alive if storages[i].last >= storages[number].first]
        yield from ((i, number) for i in alive)
        alive.append(number)


def _gap(
    above: Storage, below: Storage, first: int, last: int, shared: Sequence[Overlay] | None
) -> int:
    """Least offset of `above` over `below`: at each step its lowest byte in use clears the
    highest in use below. A step that overwrites the row it consumes is judged apart."""
    low = above.low[first - above.first : last - above.first + 1]
    high = below.high[first - below.first : last - below.first + 1]
    gaps = high - low
    for overlay in shared or ():
        gaps[overlay.time - first] = _overlay_gap(above, below, overlay)
    return int(gaps.max())


def _overlay_gap(above: Storage, below: Storage, overlay: Overlay) -> int:
    """`above` is read and `below` written at this step, element by element upwards: the row
    that is written may not start behind the row that is read, what was written before ends
    in front of it, and the row's end (with its border) clears what is still to be read."""
    time = overlay.time
    rest = above.low[time + 1 - above.first] if time < above.last else NEVER
    before = below.high[time - 1 - below.first] if time > below.first else -NEVER
    return int(
        max(
            overlay.write_begin - overlay.read_begin,
            before - overlay.read_begin,
            below.high[time - below.first] - rest,
        )
    )


def lower_bound(storages: Sequence[Storage], overlays: Sequence[Overlay], length: int) -> int:
    """The most bytes in use at one step; a row overwritten in place counts once."""
    total = np.zeros(length, np.int64)
    for s in storages:
        total[s.first : s.last + 1] += np.maximum(s.high - s.low, 0)
    saved = np.zeros(length, np.int64)
    for overlay in overlays:
        read, index = storages[overlay.read], overlay.time - storages[overlay.read].first
        begin, end = int(read.low[index]), int(read.high[index])
        rest = int(read.low[index + 1]) if index + 1 < len(read.low) else NEVER
        saved[overlay.time] = max(saved[overlay.time], min(end, rest) - begin)
    return int((total - saved).max(initial=0))
