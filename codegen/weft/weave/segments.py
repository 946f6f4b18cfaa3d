"""Which layers stream together: dynamic programming over cuts of the execution order.

A cut costs the whole tensors that cross it; a segment costs the most bytes in use at any of its
steps. The peak of a program is that of its worst segment, so the best cuts minimize the greatest
cost along the way (a bottleneck path).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from weft.ir import TensorId
from weft.weave.arrange import Setting
from weft.weave.distance import lower_bound
from weft.weave.life import band_storages, work_storages
from weft.weave.overlay import overlays
from weft.weave.schedule import Segment, weave_segment
from weft.weave.trace import trace

_SHORTEST_LIMIT = 4  # layers of a segment in the first round
_NEVER = 1 << 120  # more than any costs
_WORK = 4_000_000  # what playing segments may take: a few seconds, and the same on every machine
_SEGMENT_WORK, _LAYER_WORK = 200, 60  # of a segment, and of each of its layers; a step's is 1

_Join = Callable[[int, int, int], int]
"""The joined costs of segments from a total, one more segment's cost and its number of layers."""


class _OutOfWorkError(Exception):
    """The work that may be done is used up."""


def layer_by_layer(setting: Setting) -> tuple[Segment, ...]:
    """Every layer to its end before the next; what only moves rows streams into its reader."""
    segments: list[Segment] = []
    pending: Segment = ()
    for number in setting.order:
        if setting.layers[number].moves:
            pending = (*pending, number)
        else:
            segments.append((*pending, number))
            pending = ()
    return (*segments, pending) if pending else tuple(segments)


def least_memory(setting: Setting) -> tuple[tuple[Segment, ...], ...]:
    """Ways to cut that all have the least peak: with short segments, with few segments that come
    near the peak, and with few layers in such segments. Which one places best is for the planner
    to say.
    """
    costs = _Costs(setting)
    costs.work = _WORK // 2
    short = _longest_tried(costs, _NEVER, lambda total, cost, layers: max(total, cost))
    if short is None:
        return (layer_by_layer(setting),)
    peak = _peak(costs, short)

    def few_segments(total: int, cost: int, layers: int) -> int:
        return total if 2 * cost <= peak else total + cost * cost

    def few_layers(total: int, cost: int, layers: int) -> int:
        return total if 2 * cost <= peak else total + cost * cost * layers

    found = [_segments(setting, short)]
    for join in (few_segments, few_layers):
        costs.work += _WORK // 4
        cuts = _longest_tried(costs, peak, join)
        if cuts is not None:
            found.append(_segments(setting, cuts))
    return tuple(found)


def _longest_tried(costs: _Costs, limit: int, join: _Join) -> list[int] | None:
    """The best cuts into ever longer segments, until all are tried or there is no work left.

    None where the work is not enough for any.
    """
    found, longest, count = None, _SHORTEST_LIMIT, len(costs.setting.layers)
    try:
        while True:
            found = _best_cuts(costs, count, longest, limit, join) or found
            if longest >= count:
                return found
            longest *= 2
    except _OutOfWorkError:
        return found


def _best_cuts(
    costs: _Costs, count: int, longest: int, limit: int, join: _Join
) -> list[int] | None:
    """For each cut the one before it, so that the joined costs up to it are least.

    `join` grows with all that it takes. No segment has more layers than `longest` or costs more
    than `limit`; None where that cannot be.
    """
    best, previous = [0], [0]
    for end in range(1, count + 1):
        found, start_of_found = _NEVER, end - 1
        starts = range(max(0, end - longest), end)
        for start in sorted(starts, key=lambda s: (best[s], -s)):
            bound = max(costs.crossing[start], costs.crossing[end])
            if bound > limit or join(best[start], bound, end - start) >= found:
                continue
            cost = costs.peak(start, end)
            joined = join(best[start], cost, end - start)
            if cost <= limit and joined < found:
                found, start_of_found = joined, start
        best.append(found)
        previous.append(start_of_found)
    return previous if best[-1] < _NEVER else None


def _segments(setting: Setting, previous: list[int]) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    end = len(previous) - 1
    while end:
        segments.append(setting.order[previous[end] : end])
        end = previous[end]
    return tuple(reversed(segments))


def _peak(costs: _Costs, previous: list[int]) -> int:
    end, found = len(previous) - 1, 0
    while end:
        found = max(found, costs.peak(previous[end], end))
        end = previous[end]
    return found


class _Costs:
    """Bytes in use, of cuts and of segments."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.known: dict[tuple[int, int], int] = {}
        self.work = 0  # that may still be done
        first, last = self._spans()
        count = len(setting.layers)
        self.alive: list[set[TensorId]] = [
            {t for t in first if first[t] < cut <= last[t]} for cut in range(count + 1)
        ]
        self.whole = {t: setting.band(t, setting.heights[t]).size for t in first}
        self.crossing = [sum(self.whole[t] for t in alive) for alive in self.alive]

    def _spans(self) -> tuple[dict[TensorId, int], dict[TensorId, int]]:
        """For each tensor that owns bytes, the first and the last place in the order to use it."""
        setting = self.setting
        first: dict[TensorId, int] = dict.fromkeys(setting.sources, -1)
        last: dict[TensorId, int] = dict.fromkeys(setting.sources, -1)
        for number, layer in enumerate(setting.layers[n] for n in setting.order):
            tensors = [r.tensor for r in layer.reads] + [w.tensor for w in layer.writes]
            for owner in {*map(setting.owner, tensors)} - setting.apart:
                first.setdefault(owner, number)
                last[owner] = number
        for owner in {*map(setting.owner, setting.graph.outputs)} - setting.apart:
            last[owner] = len(setting.layers)
        return first, last

    def peak(self, start: int, end: int) -> int:
        """The most bytes in use at a step of the segment, tensors that pass by included."""
        if (start, end) not in self.known:
            self.known[start, end] = self._play(start, end)
        return self.known[start, end]

    def _play(self, start: int, end: int) -> int:
        setting = self.setting
        work = _SEGMENT_WORK + _LAYER_WORK * (end - start)
        work += sum(setting.layers[n].steps for n in setting.order[start:end])
        if work > self.work:
            raise _OutOfWorkError
        self.work -= work
        steps = weave_segment(setting.demands, setting.order[start:end])
        played = trace(setting.layers, steps, setting.heights)
        bands = setting.bands(played)
        touched = {setting.owner(t) for t in bands}
        for t in touched - bands.keys():
            bands[t] = setting.band(t, setting.heights[t])
        owners = {t: o for t, o in setting.owners.items() if t in bands}
        entering = _touched(self.alive[start], touched)
        leaving = _touched(self.alive[end], touched)
        for t in (*entering, *leaving):
            bands[t] = setting.band(t, setting.heights[t])
        storages = band_storages(setting.among_others(bands), owners, played, entering, leaving)
        storages += work_storages(setting.layers, played)
        kept = {*leaving, *setting.apart}
        shared = overlays(setting.layers, bands, storages, played, kept)
        passing = (self.alive[start] & self.alive[end]) - touched
        return lower_bound(storages, shared, len(steps)) + sum(self.whole[t] for t in passing)


def _touched(alive: set[TensorId], touched: set[TensorId]) -> Sequence[TensorId]:
    return sorted(alive & touched)
