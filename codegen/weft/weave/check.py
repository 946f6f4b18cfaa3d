"""The prover: replays a weave against final byte offsets and refuses anything unsound.

Independent of the scheduler, the life analysis and the planner: it shares only the layers'
statement of which rows a step reads and writes, and keeps its own map of what every byte of the
arena holds. It assumes nothing about how the offsets were found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from weft.ir import TensorId
from weft.weave.layers import Layer, Reader, Update, Writer
from weft.weave.rules import (
    Claim,
    PlanError,
    Span,
    clear,
    covered,
    disjoint,
    packed,
    pixel_bytes,
    require,
    union,
)

_GARBAGE = -1

Ints = npt.NDArray[np.int64]


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
        self.complete: dict[TensorId, int] = {}  # rows of what each writer makes
        self.writers = defaultdict[TensorId, list[Writer]](list)
        for w in (w for layer in claim.layers for w in layer.writes):
            self.writers[w.tensor].append(w)

    def run(self) -> None:
        require(self.c.region.stop <= self.c.work, "states lie among the rest")
        self._same_places()
        for tensor, writers in self.writers.items():
            if len(writers) > 1 or writers[0].part:
                covered(self.c.bands[tensor], writers)
        found = [before for before, _ in self.c.carried]
        disjoint([span for t in (*found, *self.c.sources) for span in self._write_all(t)])
        for time, number in enumerate(self.c.weave):
            try:
                self._step(number)
            except PlanError as error:
                raise PlanError(f"step {time}, layer {number}: {error}") from None
        for number, layer in enumerate(self.c.layers):
            require(self.done[number] == layer.steps, f"layer {number} is not finished")
        for tensor in (*self.c.outputs, *(after for _, after in self.c.carried)):
            self._expect_rows(tensor, range(self.c.bands[tensor].height), 0, 0)

    def _same_places(self) -> None:
        """The next inference finds the bytes of each state where this one has left them."""
        for before, after in self.c.carried:
            found, left = self.c.bands[before], self.c.bands[after]
            whole = found.height * found.payload == left.height * left.payload
            whole = whole and packed(found) and packed(left)
            here = self.c.offsets[before] == self.c.offsets[self._owner(after)]
            require(whole and here, f"%{before} is not found where %{after} is left")

    def _write_all(self, tensor: TensorId) -> list[Span]:
        """The rows of a tensor that is there before the first step."""
        self.complete[tensor] = self.c.bands[tensor].height
        return self._write_rows(tensor, range(self.complete[tensor]))

    def _step(self, number: int) -> None:
        layer, step = self.c.layers[number], self.done[number]
        require(step < layer.steps, "runs too often")
        if layer.state and step:
            self._expect(self.c.state[number], layer.state, self._work(number, 0))
        for w in layer.writes:
            if w.accumulate and step:
                self._expect_made(w)
        reads = [span for r in layer.reads for span in self._read(r, step)]
        for update in layer.updates:
            self._expect_rows(*self._all_rows(update.after if step else update.before), 0, 0)
        work = self._write_work(layer, number)
        edges = defaultdict[TensorId, list[Span]](list)
        made = [span for w in layer.writes for span in self._write(w, layer, step, edges)]
        made += [span for spans in edges.values() for span in union(spans)]
        work += [span for u in layer.updates for span in self._update(u, layer, step)]
        disjoint(work + made)
        clear(work, reads)
        if layer.in_place:
            self._upwards(layer, step)
        else:
            clear(made, reads)
        self.done[number] += 1

    def _write(
        self, writer: Writer, layer: Layer, step: int, edges: Mapping[TensorId, list[Span]]
    ) -> list[Span]:
        rows = writer.own_rows(step, self.c.bands[writer.tensor].height)
        known = 0 if writer.accumulate else self.complete.get(writer.made, 0)
        require(rows.start == known, f"row {rows.start} of %{writer.made} out of turn")
        if not writer.accumulate or step + 1 == layer.steps:
            self.complete[writer.made] = rows.stop
        if writer.part is None:
            return self._write_rows(writer.tensor, rows)
        return [x for y in rows for x in self._write_part(writer, y, edges[writer.tensor])]

    def _write_part(self, writer: Writer, y: int, edges: list[Span]) -> list[Span]:
        """Write a part's row y, and the borders that its band has."""
        at, inner, values = self._part_row(writer, y)
        band, end = self.c.bands[writer.made], at + int(inner[-1]) + 1
        joined = self.c.bands[writer.tensor]
        require(band.payload == end - at and band.fill == joined.fill, "borders at a wrong place")
        lead = 0 if band.joint and at != self._row_at(writer.made, -band.first) else band.lead
        self._bounds(at - lead, end + band.trail)
        self._in_its_part(writer.tensor, at - lead, end + band.trail)
        border = self._values(writer.tensor, 0)[1]
        for begin, stop in ((at - lead, at), (end, end + band.trail)):
            if begin < stop and y < band.bordered:
                self.holds[begin:stop] = border
                edges.append((begin, stop))
        self.holds[at + inner] = values
        breaks = np.flatnonzero(np.diff(inner) > 1) + 1
        return [(at + int(x[0]), at + int(x[-1]) + 1) for x in np.split(inner, breaks)]

    def _part_row(self, writer: Writer, y: int) -> tuple[int, Ints, Ints]:
        """Where a part's row y begins, its bytes from there on, and what they are to hold."""
        assert writer.part is not None
        inner, at = writer.part.place.offsets, self._row_at(writer.made, y)
        row, begin = writer.part.place.begin(y)
        there = at == self._row_at(writer.tensor, row) + begin
        require(there, f"row {row} of %{writer.tensor} is elsewhere than its part %{writer.made}")
        return at, inner, self._values(writer.tensor, row)[0] + begin + inner

    def _expect_made(self, writer: Writer) -> None:
        """What an accumulating writer makes is there as its step before has left it."""
        if writer.part is None:
            self._expect_rows(*self._all_rows(writer.tensor), 0, 0)
            return
        at, inner, values = self._part_row(writer, 0)
        self._bounds(at, at + int(inner[-1]) + 1)
        held = bool((self.holds[at + inner] == values).all())
        require(held, f"the sums for %{writer.made} are gone")

    def _all_rows(self, tensor: TensorId) -> tuple[TensorId, range]:
        return tensor, range(self.c.bands[tensor].height)

    def _update(self, update: Update, layer: Layer, step: int) -> list[Span]:
        """The bytes of `before` become `after`, which is complete after the last step."""
        require((update.before, update.after) in self.c.carried, "updates what is no state")
        if step + 1 == layer.steps:
            self.complete[update.after] = self.c.bands[update.after].height
        return self._write_rows(*self._all_rows(update.after))

    def _work(self, number: int, kind: int) -> int:
        """A value of its own for the state (0) or the scratch (1) of a layer."""
        return -2 - 2 * number - kind

    def _write_work(self, layer: Layer, number: int) -> list[Span]:
        touched: list[Span] = []
        for kind, (size, offsets) in enumerate(
            ((layer.state, self.c.state), (layer.scratch, self.c.scratch))
        ):
            if size:
                begin = offsets[number]
                self._bounds(begin, begin + size)
                require(begin >= self.c.work, "scratch lies among the states")
                self.holds[begin : begin + size] = self._work(number, kind)
                touched.append((begin, begin + size))
        return touched

    def _read(self, reader: Reader, step: int) -> list[Span]:
        band = self.c.bands[reader.tensor]
        rows = reader.rows(step, band.height)
        made = self._rows_there(self._owner(reader.tensor))
        finished = made == self.c.bands[self._owner(reader.tensor)].height
        by_rows = rows.stop <= made and self._owner(reader.tensor) == reader.tensor
        require(finished or by_rows or not rows,
                 f"reads row {rows.stop - 1} of %{reader.tensor} before it is made")  # fmt: skip
        if reader.whole:
            require(packed(band), f"%{reader.tensor} is not packed")
        pixels = pixel_bytes(band, reader)
        return self._expect_rows(reader.tensor, rows, *pixels)

    def _rows_there(self, tensor: TensorId) -> int:
        """The rows of a tensor that are complete, counted from the first on."""
        if tensor not in self.writers:
            return self.complete.get(tensor, 0)
        height = self.c.bands[tensor].height
        found = [height]
        for w in self.writers[tensor]:
            made = self.complete.get(w.made, 0)
            if w.part is None and made < height:
                found.append(made)
            elif w.part is not None and made < w.part.height:
                found.append(w.part.place.begin(made)[0])
        return min(found)

    def _owner(self, tensor: TensorId) -> TensorId:
        return self.c.owners.get(tensor, tensor)

    def _values(self, tensor: TensorId, row: int) -> tuple[int, int]:
        """The value of a row's first byte and of its border."""
        band, owner = self.c.bands[tensor], self._owner(tensor)
        root = self.c.bands[owner]
        return self.base[owner] + row * band.payload, self.base[owner] + root.height * root.payload

    def _row_at(self, tensor: TensorId, row: int) -> int:
        band = self.c.bands[tensor]
        return (
            self.c.offsets[self._owner(tensor)]
            + band.lead
            + (band.first + row) % band.rows * band.stride
        )

    def _write_rows(self, tensor: TensorId, rows: range) -> list[Span]:
        band = self.c.bands[tensor]
        touched: list[Span] = []
        for row in rows:
            at, (first, border) = self._row_at(tensor, row), self._values(tensor, row)
            begin, end = at - band.lead, at + band.payload + band.trail
            self._bounds(begin, end)
            self._in_its_part(tensor, begin, end)
            if row < band.bordered:
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
            require(inside, f"%{tensor} leaves the region of the states")
        else:
            require(begin >= self.c.work, f"%{tensor} gets into the region of the states")

    def _expect_rows(self, tensor: TensorId, rows: range, lead: int, trail: int) -> list[Span]:
        band = self.c.bands[tensor]
        spans: list[Span] = []
        for row in rows:
            at, (first, border) = self._row_at(tensor, row), self._values(tensor, row)
            end = at + band.payload
            self._bounds(at - lead, end + trail)
            held = self.holds[at:end] == np.arange(first, first + band.payload)
            require(bool(held.all()), f"row {row} of %{tensor} is gone")
            self._expect(at - lead, lead, border)
            self._expect(end, trail, border)
            spans.append((at - lead, end + trail))
        return spans

    def _expect(self, begin: int, size: int, value: int) -> None:
        self._bounds(begin, begin + size)
        held = self.holds[begin : begin + size] == value
        require(bool(held.all()), f"bytes from {begin} are overwritten")

    def _bounds(self, begin: int, end: int) -> None:
        require(0 <= begin <= end <= self.c.arena_bytes, f"bytes {begin}..{end} are outside")

    def _upwards(self, layer: Layer, step: int) -> None:
        """In place: an output row may lie over an input row only at or below its start."""
        for w in layer.writes:
            height, size = self.c.bands[w.tensor].height, self.c.bands[w.made].payload
            dense = w.part is None or w.part.place.count == 1
            for y in w.own_rows(step, height):
                at = self._row_at(w.made, y)
                for r in layer.reads:
                    band = self.c.bands[r.tensor]
                    for source_row in r.rows(step, band.height):
                        source = self._row_at(r.tensor, source_row)
                        apart = at + size <= source or source + band.payload <= at
                        upwards = dense and at <= source
                        require(apart or upwards, "overwrites a row ahead of its reads")
