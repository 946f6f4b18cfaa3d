"""The prover: replays a weave against final byte offsets and refuses anything unsound.

Independent of the scheduler, the life analysis and the planner: it shares only the layers'
statement of which rows a step reads and writes, and keeps its own map of what every byte of the
arena holds. It assumes nothing about how the offsets were found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from weft.ir import TensorId
from weft.weave.bands import Band
from weft.weave.layers import Layer, Reader, Update, Writer

_GARBAGE = -1


class PlanError(Exception):
    """The plan would read a byte that does not hold what is expected. A bug in weft."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A plan to be proved: where everything lies, and in which order the layers' steps run.

    Offsets in bytes from the arena's start: of bands by tensor, of scratch and state by layer.
    `owners` names the tensor whose bytes a view shares. `carried` are the tensors that hold each
    state between inferences, as found and as left: alone in the bytes of `region`, while
    everything else starts at byte `work` or above it.
    """

    layers: Sequence[Layer]
    weave: Sequence[int]
    bands: Mapping[TensorId, Band]
    owners: Mapping[TensorId, TensorId]
    offsets: Mapping[TensorId, int]
    scratch: Mapping[int, int]
    state: Mapping[int, int]
    arena_bytes: int
    sources: Sequence[TensorId]  # inputs that are whole in the arena before the first step
    outputs: Sequence[TensorId]
    carried: Sequence[tuple[TensorId, TensorId]] = ()
    region: range = range(0)
    work: int = 0


def check(claim: Claim) -> None:
    """Prove a plan, or raise PlanError saying at which step what goes wrong."""
    _Replay(claim).run()


class _Replay:
    """What each byte holds: the owner's row identity, a border's identity, or garbage.

    `holds[i]` is a number that stands for (owner tensor, byte of the packed tensor) or for the
    border of a band; equal numbers mean the byte that a reader expects.
    """

    def __init__(self, claim: Claim) -> None:
        self.c = claim
        self.holds = np.full(claim.arena_bytes, _GARBAGE, np.int64)
        self.base: dict[TensorId, int] = {}
        next_value = 0
        for tensor, band in sorted(claim.bands.items()):
            self.base[tensor] = next_value
            next_value += band.height * band.payload + 1  # the last value is the border's
        self.places = {self._owner(t) for pair in claim.carried for t in pair}
        self.done = [0] * len(claim.layers)
        self.complete: dict[TensorId, int] = {}

    def run(self) -> None:
        _require(self.c.region.stop <= self.c.work, "states lie among the rest")
        self._same_places()
        found = [before for before, _ in self.c.carried]
        _disjoint([span for t in (*found, *self.c.sources) for span in self._write_all(t)])
        for time, number in enumerate(self.c.weave):
            try:
                self._step(number)
            except PlanError as error:
                raise PlanError(f"step {time}, layer {number}: {error}") from None
        for number, layer in enumerate(self.c.layers):
            _require(self.done[number] == layer.steps, f"layer {number} is not finished")
        for tensor in (*self.c.outputs, *(after for _, after in self.c.carried)):
            self._expect_rows(tensor, range(self.c.bands[tensor].height), 0, 0)

    def _same_places(self) -> None:
        """The next inference finds the bytes of each state where this one has left them."""
        for before, after in self.c.carried:
            found, left = self.c.bands[before], self.c.bands[after]
            whole = found.height * found.payload == left.height * left.payload
            whole = whole and _packed(found) and _packed(left)
            here = self.c.offsets[before] == self.c.offsets[self._owner(after)]
            _require(whole and here, f"%{before} is not found where %{after} is left")

    def _write_all(self, tensor: TensorId) -> list[tuple[int, int]]:
        """The rows of a tensor that is there before the first step."""
        self.complete[tensor] = self.c.bands[tensor].height
        return self._write_rows(tensor, range(self.complete[tensor]))

    def _step(self, number: int) -> None:
        layer, step = self.c.layers[number], self.done[number]
        _require(step < layer.steps, "runs too often")
        if layer.state and step:
            self._expect(self.c.state[number], layer.state, self._work(number, 0))
        for w in layer.writes:
            if w.accumulate and step:
                self._expect_rows(*self._all_rows(w.tensor), 0, 0)
        reads = [span for r in layer.reads for span in self._read(r, step)]
        for update in layer.updates:
            self._expect_rows(*self._all_rows(update.after if step else update.before), 0, 0)
        work = self._write_work(layer, number)
        made = [span for w in layer.writes for span in self._write(w, layer, step)]
        work += [span for u in layer.updates for span in self._update(u, layer, step)]
        _disjoint(work + made)
        _clear(work, reads)
        if layer.in_place:
            self._upwards(layer, step)
        else:
            _clear(made, reads)
        self.done[number] += 1

    def _write(self, writer: Writer, layer: Layer, step: int) -> list[tuple[int, int]]:
        rows = writer.rows(step, self.c.bands[writer.tensor].height)
        known = 0 if writer.accumulate else self.complete.get(writer.tensor, 0)
        _require(rows.start == known, f"row {rows.start} of %{writer.tensor} out of turn")
        if not writer.accumulate or step + 1 == layer.steps:
            self.complete[writer.tensor] = rows.stop
        return self._write_rows(writer.tensor, rows)

    def _all_rows(self, tensor: TensorId) -> tuple[TensorId, range]:
        return tensor, range(self.c.bands[tensor].height)

    def _update(self, update: Update, layer: Layer, step: int) -> list[tuple[int, int]]:
        """The bytes of `before` become `after`, which is complete after the last step."""
        _require((update.before, update.after) in self.c.carried, "updates what is no state")
        if step + 1 == layer.steps:
            self.complete[update.after] = self.c.bands[update.after].height
        return self._write_rows(*self._all_rows(update.after))

    def _work(self, number: int, kind: int) -> int:
        """A value of its own for the state (0) or the scratch (1) of a layer."""
        return -2 - 2 * number - kind

    def _write_work(self, layer: Layer, number: int) -> list[tuple[int, int]]:
        touched: list[tuple[int, int]] = []
        for kind, (size, offsets) in enumerate(
            ((layer.state, self.c.state), (layer.scratch, self.c.scratch))
        ):
            if size:
                begin = offsets[number]
                self._bounds(begin, begin + size)
                _require(begin >= self.c.work, "scratch lies among the states")
                self.holds[begin : begin + size] = self._work(number, kind)
                touched.append((begin, begin + size))
        return touched

    def _read(self, reader: Reader, step: int) -> list[tuple[int, int]]:
        band = self.c.bands[reader.tensor]
        rows = reader.rows(step, band.height)
        made = self.complete.get(self._owner(reader.tensor), 0)
        owner_height = self.c.bands[self._owner(reader.tensor)].height
        whole = made == owner_height
        by_rows = rows.stop <= made and self._owner(reader.tensor) == reader.tensor
        _require(whole or by_rows or not rows,
                 f"reads row {rows.stop - 1} of %{reader.tensor} before it is made")  # fmt: skip
        if reader.whole:
            _require(_packed(band), f"%{reader.tensor} is not packed")
        pixels = _pixel_bytes(band, reader)
        return self._expect_rows(reader.tensor, rows, *pixels)

    def _owner(self, tensor: TensorId) -> TensorId:
        return self.c.owners.get(tensor, tensor)

    def _values(self, tensor: TensorId, row: int) -> tuple[int, int]:
        """The value of a row's first byte and of its border."""
        band, owner = self.c.bands[tensor], self._owner(tensor)
        root = self.c.bands[owner]
        return self.base[owner] + row * band.payload, self.base[owner] + root.height * root.payload

    def _row_at(self, tensor: TensorId, row: int) -> int:
        band = self.c.bands[tensor]
        return self.c.offsets[self._owner(tensor)] + band.lead + row % band.rows * band.stride

    def _write_rows(self, tensor: TensorId, rows: range) -> list[tuple[int, int]]:
        band = self.c.bands[tensor]
        touched: list[tuple[int, int]] = []
        for row in rows:
            at, (first, border) = self._row_at(tensor, row), self._values(tensor, row)
            begin, end = at - band.lead, at + band.payload + band.trail
            self._bounds(begin, end)
            self._in_its_part(tensor, begin, end)
            if not band.joint or row % band.rows == 0:
                self.holds[begin:at] = border
            self.holds[at + band.payload : end] = border
            self.holds[at : at + band.payload] = np.arange(first, first + band.payload)
            if touched and touched[-1][1] - band.trail <= begin < touched[-1][1]:
                begin = touched[-1][1]  # neighbors share the border between them
            touched.append((begin, end))
        return touched

    def _in_its_part(self, tensor: TensorId, begin: int, end: int) -> None:
        """States stay in their region, and nothing else gets there."""
        if self._owner(tensor) in self.places:
            inside = self.c.region.start <= begin and end <= self.c.region.stop
            _require(inside, f"%{tensor} leaves the region of the states")
        else:
            _require(begin >= self.c.work, f"%{tensor} gets into the region of the states")

    def _expect_rows(
        self, tensor: TensorId, rows: range, lead: int, trail: int
    ) -> list[tuple[int, int]]:
        band = self.c.bands[tensor]
        spans: list[tuple[int, int]] = []
        for row in rows:
            at, (first, border) = self._row_at(tensor, row), self._values(tensor, row)
            end = at + band.payload
            self._bounds(at - lead, end + trail)
            held = self.holds[at:end] == np.arange(first, first + band.payload)
            _require(bool(held.all()), f"row {row} of %{tensor} is gone")
            self._expect(at - lead, lead, border)
            self._expect(end, trail, border)
            spans.append((at - lead, end + trail))
        return spans

    def _expect(self, begin: int, size: int, value: int) -> None:
        self._bounds(begin, begin + size)
        held = self.holds[begin : begin + size] == value
        _require(bool(held.all()), f"bytes from {begin} are overwritten")

    def _bounds(self, begin: int, end: int) -> None:
        _require(0 <= begin <= end <= self.c.arena_bytes, f"bytes {begin}..{end} are outside")

    def _upwards(self, layer: Layer, step: int) -> None:
        """In place: an output row may lie over an input row only at or below its start."""
        for w in layer.writes:
            for row in w.rows(step, self.c.bands[w.tensor].height):
                at, size = self._row_at(w.tensor, row), self.c.bands[w.tensor].payload
                for r in layer.reads:
                    band = self.c.bands[r.tensor]
                    for source_row in r.rows(step, band.height):
                        source = self._row_at(r.tensor, source_row)
                        apart = at + size <= source or source + band.payload <= at
                        _require(apart or at <= source, "overwrites a row ahead of its reads")


def _packed(band: Band) -> bool:
    """Whether all rows lie in memory, without gaps."""
    gapless = band.stride == band.payload and not band.lead and not band.trail
    return band.rows == band.height and gapless


def _pixel_bytes(band: Band, reader: Reader) -> tuple[int, int]:
    """Border bytes that a reader touches; at most what the band stores."""
    lead, trail = reader.lead * reader.pixel, reader.trail * reader.pixel
    _require(lead <= band.lead and trail <= band.trail, f"%{reader.tensor} lacks border")
    return lead, trail


def _disjoint(spans: Sequence[tuple[int, int]]) -> None:
    for (_, end), (begin, _) in zip(sorted(spans), sorted(spans)[1:], strict=False):
        _require(end <= begin, "writes two things to the same bytes")


def _clear(written: Sequence[tuple[int, int]], read: Sequence[tuple[int, int]]) -> None:
    for begin, end in written:
        for source, stop in read:
            _require(end <= source or stop <= begin, "writes over a row that it reads")


def _require(condition: bool, text: str) -> None:
    if not condition:
        raise PlanError(text)
