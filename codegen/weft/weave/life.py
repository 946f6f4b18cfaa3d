"""When which bytes of which storage are in use: what the planner must keep apart.

A storage is a run of bytes with one place in the arena: a tensor's band (with all its views), a
layer's scratch, a layer's state, or what is carried from one inference to the next. Its profile
says, for each step of the weave, the span of bytes that hold something still needed. Offsets are
relative to the storage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weft.ir import TensorId
from weft.weave.bands import Band
from weft.weave.layers import Layer
from weft.weave.trace import Ints, Rows, Trace, Uses

NEVER = 1 << 40  # low end of a span with nothing in it; the high end is -NEVER


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes [low[t - first], high[t - first]) are in use at step t, first <= t <= last."""

    kind: str  # "band", "scratch", "state" or "carried"
    size: int
    first: int
    low: Ints
    high: Ints
    tensor: TensorId | None = None  # owner of the band, None for scratch and state
    layer: int | None = None  # of scratch and state
    complete: int | None = None  # the last step that writes; None: that may be any

    @property
    def last(self) -> int:
        """The last step of the profile."""
        return self.first + len(self.low) - 1

    @property
    def last_write(self) -> int:
        """No step after this one changes a byte."""
        return self.last if self.complete is None else self.complete


def band_storages(
    bands: Mapping[TensorId, Band],
    owners: Mapping[TensorId, TensorId],
    played: Trace,
    inputs: Sequence[TensorId],
    outputs: Sequence[TensorId],
) -> list[Storage]:
    """One storage for each of the bands that owns its bytes, in tensor order.

    `inputs` are whole before the first step, `outputs` stay whole after the last.
    """
    members: dict[TensorId, list[TensorId]] = {t: [t] for t in bands if t not in owners}
    for view, owner in owners.items():
        if owner in members:
            members[owner].append(view)
    found = []
    for owner, tensors in sorted(members.items()):
        band = bands[owner]
        if band.rows < band.height:
            first, low, high = _ring_profile(band, played.uses[owner])
        else:
            events = _Events()
            for t in tensors:
                if t in played.uses:
                    events.add(bands[t], played.uses[t])
            if owner in inputs:
                events.add_write(0, band.size)
            if not set(tensors).isdisjoint(outputs):
                events.add_read(played.length - 1, 0)
            first, low, high = events.profile()
        writes = (played.uses[t].writes.times for t in tensors if t in played.uses)
        complete = max((int(times.max(initial=0)) for times in writes), default=0)
        found.append(Storage("band", band.size, first, low, high, owner, complete=complete))
    return found


def _ring_profile(band: Band, uses: Uses) -> tuple[int, Ints, Ints]:
    """The slots in use at each step: from the oldest row still needed to the newest made."""
    reads, writes = uses.reads, uses.writes
    first = int(writes.times[0])
    times = np.arange(first, max(int(writes.times[-1]), *reads.times[-1:].tolist(), first) + 1)
    begin, newest = uses.oldest_from(times, band.height), uses.newest_until(times)
    low, high = band.extents(begin, newest)
    return first, *_without_nothing(low, high, begin <= newest)


def _without_nothing(low: Ints, high: Ints, used: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    return np.where(used, low, NEVER), np.where(used, high, -NEVER)


class _Events:
    """Byte spans that are written and read, and the profile that follows from them."""

    def __init__(self) -> None:
        self.writes: list[tuple[Ints, Ints, Ints]] = []
        self.reads: list[tuple[Ints, Ints]] = []

    def add(self, band: Band, uses: Uses) -> None:
        """All uses of a band that holds every row."""
        self.writes.append((uses.writes.times, *_spans(band, uses.writes)))
        self.reads.append((uses.reads.times, _spans(band, uses.reads)[0]))

    def add_write(self, time: int, end: int) -> None:
        """Everything below `end` is there at a time."""
        self.writes.append((np.array([time]), np.array([0]), np.array([end])))

    def add_read(self, time: int, begin: int) -> None:
        """Everything from `begin` on is needed at a time."""
        self.reads.append((np.array([time]), np.array([begin])))

    def profile(self) -> tuple[int, Ints, Ints]:
        """First step, and for each step from there on the bytes written so far, down to the
        lowest that this or a later step reads or that this step writes."""
        write_times, begins, ends = (np.concatenate(x) for x in zip(*self.writes, strict=True))
        read_times, needed = (
            np.concatenate(x) if x else np.zeros(0, np.int64)
            for x in (tuple(zip(*self.reads, strict=True)) or ((), ()))
        )
        first = int(write_times.min())
        count = max(int(write_times.max()), int(read_times.max(initial=0))) - first + 1
        low, high, written = (np.full(count, x) for x in (NEVER, -NEVER, NEVER))
        np.minimum.at(low, read_times - first, needed)
        np.minimum.at(written, write_times - first, begins)
        np.maximum.at(high, write_times - first, ends)
        low = np.minimum(np.minimum.accumulate(low[::-1])[::-1], written)
        high = np.maximum.accumulate(high)
        return first, *_without_nothing(low, high, low < high)


def _spans(band: Band, rows: Rows) -> tuple[Ints, Ints]:
    return band.extents(rows.first, rows.last)


def work_storages(layers: Sequence[Layer], played: Trace) -> list[Storage]:
    """Scratch and state of each layer that asks for them."""
    found = []
    for number, times in played.runs.items():
        layer, first = layers[number], int(times[0])
        span = np.full(int(times[-1]) - first + 1, False)
        span[times - first] = True
        for kind, size, used in (
            ("scratch", layer.scratch, span),
            ("state", layer.state, span | True),
        ):
            if size:
                low, high = np.zeros(len(span), np.int64), np.full(len(span), size)
                low, high = _without_nothing(low, high, used)
                found.append(Storage(kind, size, first, low, high, layer=number))
    return found
