"""Speed against memory: kernels that are as fast as the arena allows, layer by layer.

Fast kernels want scratch and several rows at a time, and how much of that shows in the arena
depends on where in the weave the peak lies. So all layers start with what their fastest kernel
asks for. Then those give way that hold bytes at the peak and lose the fewest cycles for a byte, as
many as it takes, until the arena fits.

Knows kernels by what they ask for and schedules by their size; what a kernel computes and how a
schedule is found are not its business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from weft import select, weave
from weft.ir import Graph, TensorId, verify
from weft.select import FAST, FRUGAL, Thrift, Thrifts
from weft.target import Target

BALANCED_BYTES = 4096
"""Bytes that faster kernels may cost under `balanced`, over what portable ones need."""

RAM_BYTES = 1024
"""Bytes that they may cost under `ram`, over what the thriftiest ones need."""

SAVING = frozenset({"balanced", "ram"})
"""Goals for which the size of the arena counts."""

_ALIGNMENT = 4  # bytes: what int32 accumulators and float rows need
_MOST_ROUNDS = 32  # mixtures to try; each is scheduled as a whole
_MOST_MORE = 32  # halves of the bytes that are too many, which a step may have to give up
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
    `ram` hardly more than the smallest arena that thrifty kernels reach, `balanced` a little more.
    Raises BudgetError when nothing fits the budget.
    """
    if wish.budget is not None:
        return _within_budget(graph, target, wish, wish.budget)
    if wish.goal == "flash":
        return _body(graph, target, wish, {}, select.smallest(graph, target))
    fast = _body(graph, target, wish, _first_thrifts(graph, target, wish))
    if wish.goal == "latency" or not target.features:
        return fast  # portable kernels ask for hardly anything
    if wish.goal == "balanced":
        portable = _body(graph, replace(target, features=frozenset()), wish, {})
        limit = min(fast.size, portable.size) + BALANCED_BYTES
        found = _fitting(graph, target, wish, fast, limit)
        return replace(found or _body(graph, target, wish, _all_frugal(graph)), limit=limit)
    frugal = _body(graph, target, wish, _all_frugal(graph))
    return _fitting(graph, target, wish, fast, min(fast.size, frugal.size + RAM_BYTES)) or frugal


def _within_budget(graph: Graph, target: Target, wish: Wish, budget: int) -> Body:
    """The fastest kernels that can fit the budget, in the simplest schedule in which they do."""
    streamed = Wish("ram", input_rows=wish.input_rows)
    fast = _body(graph, target, streamed, _first_thrifts(graph, target, wish))
    found = _fitting(graph, target, streamed, fast, budget)
    return _body(graph, target, wish, found.thrifts if found else _all_frugal(graph))


def _all_frugal(graph: Graph) -> Thrifts:
    return {t: FRUGAL for node in graph.nodes for t in node.outputs}


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


def _fitting(graph: Graph, target: Target, wish: Wish, fast: Body, limit: int) -> Body | None:
    """`fast`, or the first of ever thriftier ones whose arena is within a limit.

    Half of what is too much has to go each time, as rings fit better when some are smaller. Where
    no step holds so much that it has to, more: then the holes between the rings are too large.
    """
    body, more = fast, 1
    for _ in range(min(_MOST_ROUNDS, _MOST_LAYERS // max(1, len(fast.calls)))):
        if body.size <= limit:
            return body
        saving = _cheapest(body, -((limit - body.size) * more // 2))
        if saving:
            body, more = _body(graph, target, wish, {**body.thrifts, **saving}), 1
        elif more < _MOST_MORE:
            more *= 2
        else:
            return None
    return body if body.size <= limit else None


@dataclass(frozen=True, slots=True)
class Offer:
    """Layers that may give way together, by their output with their next thrift."""

    saved: int  # bytes of a storage, about
    lost: int  # cycles of an inference, about
    thrifts: Thrifts


def _cheapest(body: Body, wanted: int) -> Thrifts:
    """The offers that lose the fewest cycles for each byte that is wanted, until it is enough.

    `wanted` are the bytes by which the peak has to sink, and the others to the same height.
    """
    taken: dict[TensorId, Thrift] = {}
    saved: Counter[object] = Counter()  # by storage
    for height, alive in weave.peaks(body.schedule.arrangement, wanted):
        excess = height - sum(saved[_key(s)] for s in alive)
        offers = [(offer, _key(s)) for s in alive for offer in _offers(body, s)]
        offers.sort(key=lambda x: x[0].lost / max(1, min(x[0].saved, excess)))
        for offer, storage in offers:
            joined = {t: x.joined(taken.get(t, x)) for t, x in offer.thrifts.items()}
            if excess > 0 and not joined.items() <= taken.items():
                taken |= joined
                excess -= offer.saved
                saved[storage] += offer.saved
    return taken


def _key(storage: weave.Storage) -> object:
    return storage.kind, storage.tensor, storage.layer


def _offers(body: Body, storage: weave.Storage) -> Iterator[Offer]:
    """How a storage can be smaller: scratch step by step, a ring if all give way that use it."""
    if storage.kind == "scratch":
        yield from _less_scratch(body, storage.layer or 0)
    elif storage.tensor is not None:
        users = ((n, _ring_bytes(body, storage.tensor, n)) for n in range(len(body.calls)))
        found = [offer for n, step in users if step for offer in _fewer_rows(body, n, step)]
        if found:
            together = {t: x for offer in found for t, x in offer.thrifts.items()}
            saved, lost = max(x.saved for x in found), sum(x.lost for x in found)
            yield Offer(saved, lost, together)


def _less_scratch(body: Body, number: int) -> Iterator[Offer]:
    """A layer's offers to do with less scratch, each in addition to the one before."""
    for thrift, before, after in _thriftier(body, number):
        if after.scratch < before.scratch:
            yield Offer(before.scratch - after.scratch, after.cycles - before.cycles, thrift)


def _fewer_rows(body: Body, number: int, step: int) -> Iterator[Offer]:
    """A layer's best offer to make fewer rows in a step; those that it makes are `step` bytes."""
    found = [x for x in _thriftier(body, number) if x[2].block < x[1].block]
    for thrift, before, after in sorted(found, key=lambda x: x[2].cycles)[:1]:
        saved = step * (before.block - after.block) // before.block
        yield Offer(saved, after.cycles - before.cycles, thrift)


def _thriftier(body: Body, number: int) -> Iterator[tuple[Thrifts, select.Call, select.Call]]:
    """The next thrifts of a layer, with its calls before and after each."""
    call = body.calls[number]
    output = call.node.outputs[0]
    for thrift, before, after in select.thriftier(call, body.thrifts.get(output, FAST)):
        yield {output: thrift}, before, after


def _ring_bytes(body: Body, tensor: TensorId, number: int) -> int:
    """Bytes by which a layer moves on in a ring with each step, 0 where it does not use it."""
    band, layer = body.schedule.arrangement.bands[tensor], body.setting.layers[number]
    rows = [r.advance for r in layer.reads if r.tensor == tensor]
    rows += [w.block for w in layer.writes if w.tensor == tensor]
    return max(rows, default=0) * (band.size // band.rows) if band.rows < band.height else 0
