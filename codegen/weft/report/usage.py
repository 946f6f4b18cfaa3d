"""Bytes over steps: which storages lie where in the arena, and how many bytes each step needs.

Knows the arrangement of one program, and nothing of names, operators or drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weft.program import Program
from weft.weave.life import Storage

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Placed:
    """A storage at its offset in the arena, in bytes."""

    storage: Storage
    offset: int

    def in_use(self, step: int) -> int:
        """Bytes from the lowest to the highest that are in use at a step."""
        s = self.storage
        if not s.first <= step <= s.last:
            return 0
        return max(0, int(s.high[step - s.first] - s.low[step - s.first]))


def placed_storages(program: Program) -> tuple[Placed, ...]:
    """All bands, scratches and states of a program, in the order of its arrangement."""
    return tuple(Placed(s, _offset(program, s)) for s in program.arrangement.storages)


def _offset(program: Program, storage: Storage) -> int:
    if storage.tensor is not None:
        return program.plan.offsets[storage.tensor]
    assert storage.layer is not None
    offsets = program.plan.scratch if storage.kind == "scratch" else program.plan.state
    return offsets[storage.layer]


def bytes_in_use(storages: Sequence[Placed], steps: int) -> Ints:
    """For each step the bytes of the arena that are in use; shared bytes count once."""
    times, begins, ends = (np.concatenate(x) for x in zip(*map(_spans, storages), strict=True))
    order = np.lexsort((begins, times))
    times, begins, ends = times[order], begins[order], ends[order]
    # Moved to a place of its own, each step's spans clear those of all other steps, and one
    # running maximum over all steps tells what earlier spans of the same step have covered.
    place = times * (int(ends.max(initial=0)) + 1)
    covered = np.maximum.accumulate(np.append(0, place + ends))[:-1]
    fresh = np.maximum(place + ends - np.maximum(place + begins, covered), 0)
    total = np.zeros(steps, np.int64)
    np.add.at(total, times, fresh)
    return total


def _spans(placed: Placed) -> tuple[Ints, Ints, Ints]:
    """Steps at which a storage is in use, and the arena bytes [begin, end) of each."""
    s = placed.storage
    used = np.flatnonzero(s.low < s.high)
    return used + s.first, s.low[used] + placed.offset, s.high[used] + placed.offset
