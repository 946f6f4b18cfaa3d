"""Offsets for blocks that must keep pairwise distances, with the least total size.

For two blocks a and b in use together, `distance[a, b]` is the least offset of a above b
(off_a >= off_b + distance) when a is put above b; `distance[b, a]` likewise for the other order;
one of the two must hold. It may be less than a block's size, or negative: that covers plain,
in-place, diagonal and ring placement alike.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

ATTEMPTS = 4000  # orders tried at most; bounds compile time and keeps results repeatable
_SEED = 20
_FEW = 6  # blocks whose orders can all be tried


@dataclass(frozen=True, slots=True)
class Problem:
    """Sizes in bytes; `distance` has both orders of every pair that meets; offsets are multiples
    of `alignment`; no arena can be smaller than `lower_bound`. Blocks in `fixed` have an offset."""

    sizes: Sequence[int]
    distance: Mapping[tuple[int, int], int]
    alignment: int
    lower_bound: int
    fixed: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placement:
    """An offset for each block; `size` is the arena's."""

    offsets: tuple[int, ...]
    size: int


def place(problem: Problem, attempts: int = ATTEMPTS) -> Placement:
    """The best placement found; deterministic, and optimal when it meets the lower bound.

    First fit: in all orders where they are few, else in several and then in those that a local
    search makes by moving the blocks at the top to other places.
    """
    search = _Search(problem)
    blocks = [b for b in range(len(problem.sizes)) if b not in problem.fixed]
    if len(blocks) <= _FEW and math.factorial(len(blocks)) <= attempts:
        return search.exhaust(blocks)
    weight = {
        b: problem.sizes[b] + sum(problem.sizes[o] for o, *_ in search.meets[b]) for b in blocks
    }
    starts = (
        sorted(blocks, key=lambda b: (-problem.sizes[b], b)),
        sorted(blocks, key=lambda b: (-weight[b], b)),
        list(blocks),
        list(reversed(blocks)),
    )
    best, order = min(((search.first_fit(o), o) for o in starts), key=lambda found: found[0].size)
    return search.improve(best, order, attempts)


class _Search:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.meets: list[list[tuple[int, int, int]]] = [[] for _ in problem.sizes]
        for (a, b), above in problem.distance.items():
            self.meets[a].append((b, above, problem.distance[b, a]))

    def first_fit(self, order: Sequence[int]) -> Placement:
        """Each block in turn at the lowest offset that the placed ones leave."""
        offsets = [self.problem.fixed.get(b, -1) for b in range(len(self.problem.sizes))]
        align = self.problem.alignment
        for block in order:
            # Forbidden offsets: too close above and too close below each placed neighbor.
            forbidden = sorted(
                (offsets[other] - below, offsets[other] + above)
                for other, above, below in self.meets[block]
                if offsets[other] >= 0
            )
            at = 0
            for low, high in forbidden:
                if low < at < high:
                    at = -(-high // align) * align
            offsets[block] = at
        return Placement(tuple(offsets), self._top(offsets))

    def _top(self, offsets: Sequence[int]) -> int:
        return max((o + s for o, s in zip(offsets, self.problem.sizes, strict=True)), default=0)

    def exhaust(self, blocks: Sequence[int]) -> Placement:
        """The best of all orders, or the first that reaches the lower bound."""
        best = self.first_fit(blocks)
        for order in itertools.permutations(blocks):
            if best.size <= self.problem.lower_bound:
                break
            best = min(best, self.first_fit(order), key=lambda found: found.size)
        return best

    def improve(self, best: Placement, order: Sequence[int], attempts: int) -> Placement:
        """Local search over the order, until the lower bound or the attempts are reached."""
        rng = random.Random(_SEED)
        current = list(order)
        for _ in range(_affordable(attempts, len(order))):
            if best.size <= self.problem.lower_bound or len(order) < 2:
                break
            trial = self._neighbor(current, best, rng)
            found = self.first_fit(trial)
            if found.size <= best.size:
                best, current = found, trial
        return best

    def _neighbor(self, order: list[int], best: Placement, rng: random.Random) -> list[int]:
        """Move a block that reaches the top, or one that meets it, to another place."""
        top = [b for b in order if best.offsets[b] + self.problem.sizes[b] == best.size]
        chosen = rng.choice(top)
        near = (other for other, *_ in self.meets[chosen])
        around = [chosen, *(b for b in near if b not in self.problem.fixed)]
        trial = list(order)
        for _ in range(rng.choice((1, 1, 2, 3))):
            block = rng.choice(around)
            trial.remove(block)
            trial.insert(rng.randrange(len(trial) + 1), block)
        return trial


def _affordable(attempts: int, blocks: int) -> int:
    """Fewer attempts for large graphs: an attempt costs time linear in the blocks."""
    return min(attempts, max(50, attempts * 40 // max(blocks, 1)))
