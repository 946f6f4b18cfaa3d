"""Speed against memory: kernels that are as fast as the arena allows, layer by layer.

Fast kernels want scratch and several rows at a time, and how much of that shows in the arena
depends on where in the weave the peak lies. So all layers start with what their fastest kernel
asks for, and those that hold most at the peak are made thriftier until the arena fits.

Knows kernels by what they ask for and schedules by their size; what a kernel computes and how a
schedule is found are not its business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from weft import select, weave
from weft.ir import Graph, TensorId, verify
from weft.ops import REGISTRY
from weft.select import Thrift, Thrifts
from weft.target import Target

BALANCED_BYTES = 4096
"""Bytes that faster kernels may cost under `balanced`, over what portable ones need."""

SAVING = frozenset({"balanced", "ram"})
"""Goals for which the size of the arena counts."""

_ALIGNMENT = 4  # bytes: what int32 accumulators and float rows need
_MOST_ROUNDS = 32  # mixtures to try; each is scheduled as a whole
_MOST_LAYERS = 2000  # in all mixtures together: a thousand take seconds to schedule


@dataclass(frozen=True, slots=True)
class Body:
    """Kernels and their schedule."""

    calls: tuple[select.Call, ...]
    setting: weave.Setting
    schedule: weave.Schedule
    thrifts: Thrifts
    limit: int | None = None  # bytes of an arena that the goal would have taken for more speed

    @property
    def allowed(self) -> int:
        """Bytes of an arena that is as good if the program is faster."""
        return self.size if self.limit is None else self.limit

    @property
    def size(self) -> int:
        """Bytes of the arena."""
        return self.schedule.placement.size


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of the arena: a goal, and a budget in bytes that comes before it."""

    goal: str
    budget: int | None = None
    input_rows: bool = False


def fastest(graph: Graph, target: Target, wish: Wish) -> Body:
    """The fastest kernels whose arena is as the goal wants it or, if there is one, in the budget.

    `latency` takes what kernels ask for, also those that spend flash, `flash` the smallest kernels,
    `ram` the smallest arena that thrifty kernels reach, `balanced` a little more. Raises
    BudgetError when nothing fits the budget.
    """
    if wish.budget is not None:
        return _within_budget(graph, target, wish, wish.budget)
    if wish.goal == "flash":
        return _body(graph, target, wish, {}, select.smallest(graph, target))
    fast = _body(graph, target, wish, _first_thrifts(graph, target, wish))
    if wish.goal == "latency" or not target.features:
        return fast  # portable kernels ask for hardly anything
    mixtures = _mixtures(graph, target, wish, fast)
    if wish.goal == "balanced":
        portable = _body(graph, replace(target, features=frozenset()), wish, {})
        limit = min(fast.size, portable.size) + BALANCED_BYTES
        found = next((body for body in mixtures if body.size <= limit), None)
        return replace(found or _body(graph, target, wish, _all_frugal(graph)), limit=limit)
    frugal = _body(graph, target, wish, _all_frugal(graph))
    return next((b for b in mixtures if b.size <= min(fast.size, frugal.size)), frugal)


def _within_budget(graph: Graph, target: Target, wish: Wish, budget: int) -> Body:
    """The fastest kernels that can fit the budget, in the simplest schedule in which they do."""
    streamed = Wish("ram", input_rows=wish.input_rows)
    fast = _body(graph, target, streamed, _first_thrifts(graph, target, wish))
    mixtures = _mixtures(graph, target, streamed, fast)
    fits = (body.thrifts for body in mixtures if body.size <= budget)
    return _body(graph, target, wish, next(fits, _all_frugal(graph)))


def _all_frugal(graph: Graph) -> Thrifts:
    return {t: Thrift.FRUGAL for node in graph.nodes for t in node.outputs}


def _first_thrifts(graph: Graph, target: Target, wish: Wish) -> Thrifts:
    """What layers begin with: only `latency` spends flash for speed."""
    return select.lavish(graph, target) if wish.goal == "latency" else {}


def _body(
    graph: Graph,
    target: Target,
    wish: Wish,
    thrifts: Thrifts,
    avoided: select.Sources = frozenset(),
) -> Body:
    graph = select.legalize(graph, target, thrifts, avoided, input_rows=wish.input_rows)
    verify(graph)
    calls = select.select(graph, target, thrifts, avoided)
    setting = weave.Setting.of(
        graph,
        weave.layers(graph, calls, input_rows=wish.input_rows),
        row_alignment=target.row_alignment,
        alignment=_ALIGNMENT,
    )
    return Body(calls, setting, weave.schedule(setting, wish.goal, wish.budget), thrifts)


def _mixtures(graph: Graph, target: Target, wish: Wish, fast: Body) -> Iterator[Body]:
    """`fast`, then ever thriftier ones: each time what holds most at the peak gives way."""
    body = fast
    yield body
    for _ in range(min(_MOST_ROUNDS, _MOST_LAYERS // max(1, len(fast.calls)))):
        saving = _saving_at_peak(body)
        if not saving:
            return
        body = _body(graph, target, wish, {**body.thrifts, **saving})
        yield body


def _saving_at_peak(body: Body) -> Thrifts:
    """The next thrift of some layers that have a storage at the peak, {} where none can save.

    Single rows cost a fast kernel little, doing without a lavish one or without scratch costs much
    for each of its multiplications: so rows come first, and then what holds most bytes for the work
    it does.
    """
    _, alive = weave.peak(body.schedule.arrangement)
    offers = [(size, dict(_savings(body, storage))) for storage, size in alive]
    for thrift in (Thrift.SINGLE_ROWS, Thrift.FAST, Thrift.FRUGAL):
        found = [(size, {t: x for t, x in of.items() if x is thrift}) for size, of in offers]
        worth = [(size / (1 + _macs(body, of)), of) for size, of in found if of]
        if worth:
            return max(worth, key=lambda offer: offer[0])[1]
    return {}


def _macs(body: Body, outputs: Thrifts) -> int:
    calls = (c for c in body.calls if c.node.outputs[0] in outputs)
    return sum(REGISTRY[c.node.op].macs(c.op) for c in calls)


def _savings(body: Body, storage: weave.Storage) -> Iterator[tuple[TensorId, Thrift]]:
    """The layers that a storage's size comes from, by their output, with their next thrift.

    That of scratch comes from its layer, that of a ring from what writes and reads its rows.
    """
    for call, layer in zip(body.calls, body.setting.layers, strict=False):
        uses = (*(r.tensor for r in layer.reads), *(w.tensor for w in layer.writes))
        if storage.kind == "scratch":
            concerned = body.setting.layers[storage.layer or 0] is layer
        else:
            concerned = storage.tensor in uses and _is_ring(body, storage)
        output = call.node.outputs[0]
        thrift = select.next_thrift(call, body.thrifts.get(output, Thrift.FAST))
        if concerned and thrift is not None:
            yield output, thrift


def _is_ring(body: Body, storage: weave.Storage) -> bool:
    if storage.tensor is None:
        return False
    band = body.schedule.arrangement.bands[storage.tensor]
    return band.rows < band.height
