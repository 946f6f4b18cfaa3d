"""Which schedule a goal asks for, within a budget if there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weft.errors import BudgetError, CompileError
from weft.ir import describe
from weft.ops import runs
from weft.plan import ATTEMPTS, Placement, place
from weft.weave.arrange import Arrangement, Setting, arrange
from weft.weave.life import Storage
from weft.weave.schedule import Segment
from weft.weave.segments import layer_by_layer, least_memory

# A row costs the same wherever in the weave it is made, so streaming takes no more time than
# layer by layer and `balanced` may have all the memory that it saves. What streaming costs is
# flash: its weave has more blocks.
_STREAMING = frozenset({"balanced", "ram"})
GOALS = ("balanced", "ram", "latency", "flash")
_GLANCE = 300  # attempts at placing each candidate before the best is placed for good
_MOST_STEPS = 1_000_000
_MOST_BYTES = 1 << 26  # of one tensor


@dataclass(frozen=True, slots=True)
class Schedule:
    """An arrangement with its placement."""

    arrangement: Arrangement
    placement: Placement


def schedule(setting: Setting, goal: str, budget: int | None = None) -> Schedule:
    """The schedule for a goal; with a budget in bytes the first that fits, simplest first.

    Raises CompileError for an unknown goal, BudgetError for a budget that no schedule meets.
    """
    if goal not in GOALS:
        raise CompileError(f"unknown goal {goal!r}", hint=f"--optimize takes {', '.join(GOALS)}")
    _refuse_giants(setting)
    simple = _planned(setting, layer_by_layer(setting))
    enough = budget is not None and _size(simple) <= budget
    if enough or (budget is None and goal not in _STREAMING):
        return simple
    tried = (_planned(setting, s, _GLANCE) for s in dict.fromkeys(least_memory(setting)))
    arrangement = min(tried, key=_size).arrangement
    found = min((simple, Schedule(arrangement, place(arrangement.problem))), key=_size)
    if budget is not None and _size(found) > budget:
        raise _over_budget(setting, found, budget)
    return found


def _refuse_giants(setting: Setting) -> None:
    """Stop early where a small file asks for more than any microcontroller has."""
    steps = sum(layer.steps for layer in setting.layers)
    if steps > _MOST_STEPS:
        raise CompileError(f"the model takes {steps:,} steps, {_MOST_STEPS:,} are the most")
    for t in setting.heights:
        tensor = setting.graph[t]
        if setting.band(t, setting.heights[t]).size > _MOST_BYTES:
            raise CompileError(
                f"{tensor.nbytes:,} bytes are more than weft plans for ({_MOST_BYTES:,})",
                where=f'tensor {tensor.origin} "{tensor.name}"',
            )


def _planned(setting: Setting, segments: tuple[Segment, ...], attempts: int = ATTEMPTS) -> Schedule:
    arrangement = arrange(setting, segments)
    return Schedule(arrangement, place(arrangement.problem, attempts))


def _size(found: Schedule) -> int:
    return found.placement.size


def _over_budget(setting: Setting, found: Schedule, budget: int) -> BudgetError:
    step, alive = peak(found.arrangement)
    layer = found.arrangement.weave[step]
    nodes = [n for n in setting.graph.nodes if runs(n)]
    where = describe(setting.graph, nodes[layer]) if layer < len(nodes) else "the input rows"
    largest = ", ".join(
        f'"{setting.graph[s.tensor].name}" {used:,}'
        if s.tensor is not None
        else f"{s.kind} {used:,}"
        for s, used in alive[:3]
    )
    return BudgetError(
        f"the arena needs at least {_size(found):,} bytes, the budget is {budget:,}",
        where=where,
        hint=f"in use there at the peak: {largest} bytes",
    )


def peak(arrangement: Arrangement) -> tuple[int, list[tuple[Storage, int]]]:
    """The step with the most bytes in use, and what is in use there, largest first."""
    step = int(_in_use(arrangement).argmax())
    return step, sorted(_storages(arrangement, step), key=lambda x: -x[1])


def peaks(arrangement: Arrangement, depth: int) -> Iterator[tuple[int, list[Storage]]]:
    """Where less than `depth` bytes are missing to the peak: how many less, and what is in use.

    Of each layer the step with the most bytes in use, the peak first.
    """
    total, seen = _in_use(arrangement), set()
    excess = total - (total.max() - depth)
    steps = np.flatnonzero(excess > 0)
    for step in steps[np.argsort(-excess[steps], kind="stable")].tolist():
        layer = arrangement.weave[step]
        if layer not in seen:
            seen.add(layer)
            yield int(excess[step]), [s for s, _ in _storages(arrangement, step)]


def _in_use(arrangement: Arrangement) -> npt.NDArray[np.int64]:
    """Bytes at each step."""
    total = np.zeros(len(arrangement.weave), np.int64)
    for s in arrangement.storages:
        total[s.first : s.last + 1] += np.maximum(s.high - s.low, 0)
    return total


def _storages(arrangement: Arrangement, step: int) -> Iterator[tuple[Storage, int]]:
    """What is in use at a step, and how many bytes of it."""
    for s in arrangement.storages:
        if s.first <= step <= s.last:
            used = int(s.high[step - s.first] - s.low[step - s.first])
            if used > 0:
                yield s, used
