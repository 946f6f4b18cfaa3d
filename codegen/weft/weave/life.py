"""When which bytes of which storage are in use: what the planner must keep apart.

A storage is a run of bytes with one place in the arena: a tensor's band (with all its views), a
layer's scratch, or a layer's state. Its profile says, for each step of the weave, the span of
bytes that hold something still needed. Offsets are relative to the storage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weft.ir import TensorId
from weft.weave.bands import Band
from weft.weave.layers import Layer
from weft.weave.trace import Trace

Ints = npt.NDArray[np.int64]
NEVER = 1 << 40  # low end of a span with nothing in it; the high end is -NEVER


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes [low[t - first], high[t - first]) are in use at step t, first <= t <= last."""

    kind: str  # "band", "scratch" or "state"
    size: int
    first: int
    last: int
    low: Ints
    high: Ints
    tensor: TensorId | None = None  # owner of the band, None for scratch and state
    layer: int | None = None  # of scratch and state


@dataclass(frozen=True, slots=True)
class Overlay:
    """A step of an in-place layer: `read` may be overwritten by `write` as it is consumed.

    Storage numbers and the first byte of the row that is read for the last time and of the row
    that is written; lengths of both rows are equal up to borders.
    """

    time: int
    read: int
    read_begin: int
    write: int
    write_begin: int


def band_storages(
    bands: Mapping[TensorId, Band],
    owners: Mapping[TensorId, TensorId],
    played: Trace,
    inputs: Sequence[TensorId],
    outputs: Sequence[TensorId],
) -> list[Storage]:
    """One storage for each band that owns its bytes, in tensor order."""
    members: dict[TensorId, list[TensorId]] = {t: [t] for t in bands if t not in owners}
    for view, owner in owners.items():
        members[owner].append(view)
    found = []
    for owner, tensors in sorted(members.items()):
        spans = _Spans(bands[owner].size, played.length)
        if owner in inputs:
            spans.write(-1, (0, bands[owner].size))
        for t in tensors:
            if t in played.uses:
                _add_uses(spans, bands[t], played, t)
        if any(t in outputs for t in tensors):
            spans.read(played.length, (0, bands[owner].size))
        found.append(spans.storage(bands[owner], owner))
    return found


def _add_uses(spans: _Spans, band: Band, played: Trace, tensor: TensorId) -> None:
    uses = played.uses[tensor]
    if band.rows < band.height:
        spans.ring(band, played, tensor)
        return
    for rows, record in ((uses.writes, spans.write), (uses.reads, spans.read)):
        for time, first, last in zip(rows.times, rows.first, rows.last, strict=True):
            record(time, band.extent(first, last))


class _Spans:
    """Collects reads and writes of a storage and turns them into a profile."""

    def __init__(self, size: int, length: int) -> None:
        self.size, self.length = size, length
        self.writes: dict[int, tuple[int, int]] = {}
        self.reads: dict[int, tuple[int, int]] = {}
        self.profile: tuple[int, Ints, Ints] | None = None

    def write(self, time: int, span: tuple[int, int]) -> None:
        self.writes[time] = _union(self.writes.get(time), span)

    def read(self, time: int, span: tuple[int, int]) -> None:
        self.reads[time] = _union(self.reads.get(time), span)

    def ring(self, band: Band, played: Trace, tensor: TensorId) -> None:
        """The exact slots in use at each step of a ring."""
        uses = played.uses[tensor]
        first, last = uses.writes.times[0], max(uses.writes.times[-1], *uses.reads.times[-1:], 0)
        low, high = _nothing(last - first + 1)
        oldest = _next_needed(uses.reads.times, uses.reads.first, first, last, band.height)
        newest = -1
        written = dict(zip(uses.writes.times, zip(uses.writes.first, uses.writes.last, strict=True),
                           strict=True))  # fmt: skip
        for time in range(first, last + 1):
            begin = oldest[time - first]
            if time in written:
                newest = written[time][1]
                begin = min(begin, written[time][0])
            if begin <= newest:
                low[time - first], high[time - first] = band.extent(int(begin), newest)
        self.profile = first, low, high

    def storage(self, band: Band, owner: TensorId) -> Storage:
        first, low, high = self.profile or self._whole()
        return Storage("band", band.size, first, first + len(low) - 1, low, high, owner)

    def _whole(self) -> tuple[int, Ints, Ints]:
        """Bytes written so far, down to the lowest that will still be read."""
        first = max(min(self.writes), 0)
        last = min(max([*self.writes, *self.reads]), self.length - 1)
        low, high = np.full(last - first + 1, NEVER), np.full(last - first + 1, -NEVER)
        for time, (begin, _) in [*self.reads.items(), *self.writes.items()]:
            index = min(max(time, first), last) - first
            low[index] = min(low[index], begin)
        future = np.full(last - first + 1, NEVER)
        for time, (begin, _) in self.reads.items():
            index = min(time, last) - first
            future[index] = min(future[index], begin)
        future = np.minimum.accumulate(future[::-1])[::-1]
        for time, (_, end) in self.writes.items():
            index = max(time, first) - first
            high[index] = max(high[index], end)
        high = np.maximum.accumulate(high)
        low = np.minimum(low, future)
        nothing = low >= high
        return first, np.where(nothing, NEVER, low), np.where(nothing, -NEVER, high)


def _union(a: tuple[int, int] | None, b: tuple[int, int]) -> tuple[int, int]:
    return b if a is None else (min(a[0], b[0]), max(a[1], b[1]))


def _nothing(length: int) -> tuple[Ints, Ints]:
    return np.full(length, NEVER), np.full(length, -NEVER)


def _next_needed(
    times: Sequence[int], rows: Sequence[int], first: int, last: int, height: int
) -> Ints:
    """For each step the lowest row that this or a later step reads; `height` for none."""
    need = np.full(last - first + 1, height)
    for time, row in zip(times, rows, strict=True):
        need[time - first] = min(int(need[time - first]), row)
    return np.minimum.accumulate(need[::-1])[::-1]


def work_storages(layers: Sequence[Layer], played: Trace) -> list[Storage]:
    """Scratch and state of each layer that asks for them."""
    found = []
    for number, run in played.runs.items():
        layer, times = layers[number], np.asarray(run)
        first, last = int(times[0]), int(times[-1])
        if layer.scratch:
            low, high = _nothing(last - first + 1)
            low[times - first], high[times - first] = 0, layer.scratch
            found.append(Storage("scratch", layer.scratch, first, last, low, high,
                                 layer=number))  # fmt: skip
        if layer.state:
            low = np.zeros(last - first + 1, np.int64)
            found.append(Storage("state", layer.state, first, last, low,
                                 low + layer.state, layer=number))  # fmt: skip
    return found


def overlays(
    layers: Sequence[Layer],
    bands: Mapping[TensorId, Band],
    storages: Sequence[Storage],
    played: Trace,
) -> list[Overlay]:
    """The steps at which an in-place layer may write over a row that it reads for the last time."""
    number_of = {s.tensor: i for i, s in enumerate(storages) if s.tensor is not None}
    found = []
    for number, run in played.runs.items():
        layer = layers[number]
        if not layer.in_place:
            continue
        (writer,) = layer.writes
        for reader in layer.reads:
            pair = number_of.get(reader.tensor), number_of.get(writer.tensor)
            if pair[0] is None or pair[1] is None or reader.count != 1 or writer.block != 1:
                continue
            source, target = bands[reader.tensor], bands[writer.tensor]
            if source.payload != target.payload:
                continue
            last_read, read = _last_reads(played, reader.tensor), storages[pair[0]]
            for row, time in enumerate(run):
                # Only the lowest bytes in use may go: what lies below them is not judged.
                lowest = read.low[time - read.first] == source.extent(row, row)[0]
                if last_read.get(row) == time and lowest:
                    found.append(Overlay(time, pair[0], source.payload_at(row), pair[1],
                                         target.payload_at(row)))  # fmt: skip
    return found


def _last_reads(played: Trace, tensor: TensorId) -> dict[int, int]:
    reads, found = played.uses[tensor].reads, {}
    for time, first, last in zip(reads.times, reads.first, reads.last, strict=True):
        found.update(dict.fromkeys(range(first, last + 1), time))
    return found
