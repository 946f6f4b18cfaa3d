"""Bands: how the rows of a tensor lie in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from weft.ir import DType, Graph, TensorId
from weft.weave.layers import Layer, Part

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Band:
    """`rows` slots of a tensor; row y lives in slot (first + y) % rows. Sizes in bytes.

    A slot is `payload` bytes at offset lead + slot * stride; the `lead` bytes in front of it and
    the `trail` bytes behind it hold `fill`, the zero point. Neighboring slots share the border
    between them, so stride - payload >= max(lead, trail). Where `joint`, a row is written without
    the lead that the row above it has filled as its trail: that of slot 0 only. Where `lasting`,
    nothing else ever lies in the band: a slot's border is filled with its first row and stays. The
    slots of a part of a joined tensor lie inside those of the joined one; its payload may have
    bytes of other parts between its own.
    """

    tensor: TensorId
    height: int
    payload: int
    rows: int
    stride: int
    lead: int = 0
    trail: int = 0
    fill: int = 0
    joint: bool = False
    lasting: bool = False
    first: int = 0

    @property
    def size(self) -> int:
        """Bytes from the first slot's lead to the last slot's trail."""
        return self.lead + (self.rows - 1) * self.stride + self.payload + self.trail

    @property
    def held(self) -> int:
        """Rows of the tensor that are there at a time; a part may have fewer than slots."""
        return min(self.rows, self.height)

    @property
    def border(self) -> int:
        """Bytes of the size that no row's payload uses: borders and alignment."""
        return self.size - self.rows * self.payload

    @property
    def bordered(self) -> int:
        """How many rows, from the first on, are written with their borders."""
        if not self.lead and not self.trail:
            return 0
        return self.held if self.lasting else self.height

    @property
    def shares_borders(self) -> bool:
        """Whether each row's trail is all of the next slot's lead."""
        return 0 < self.lead <= self.trail == self.stride - self.payload

    def payload_at(self, row: int) -> int:
        """Offset of a row's first element from the band's first byte."""
        return self.lead + (self.first + row) % self.rows * self.stride

    def extent(self, first: int, last: int) -> tuple[int, int]:
        """The bytes [begin, end) that hold rows first..last with their borders.

        Rows that wrap around the end of a ring take all of it.
        """
        begins, ends = self.extents(np.array([first]), np.array([last]))
        return int(begins[0]), int(ends[0])

    def extents(self, first: Ints, last: Ints) -> tuple[Ints, Ints]:
        """`extent` for many spans of rows."""
        low, high = first % self.rows, last % self.rows
        wraps = (last - first >= self.rows) | (high < low)
        end = self.lead + high * self.stride + self.payload + self.trail
        return np.where(wraps, 0, low * self.stride), np.where(wraps, self.size, end)


def part_band(joined: Band, part: Part) -> tuple[Band, int]:
    """The band of a part, and its offset from the joined band's first byte.

    The parts at the ends of the joined rows have the borders there.
    """
    place = part.place
    if place.along:  # the joined tensor is packed, and a single row
        rows = Band(part.tensor, part.height, place.span, part.height, place.along)
        return replace(rows, fill=joined.fill), place.at
    begins, ends = place.at == 0, place.at + place.span == joined.payload
    band = replace(
        joined,
        tensor=part.tensor,
        height=part.height,
        payload=place.span,
        lead=joined.lead if begins else 0,
        trail=joined.trail if ends else 0,
        first=place.row % joined.rows,
    )
    return band, joined.lead + place.at - band.lead


def packed_tensors(
    graph: Graph,
    layers: Iterable[Layer],
    views: Mapping[TensorId, TensorId],
    sources: Iterable[TensorId],
) -> frozenset[TensorId]:
    """Tensors whose rows lie whole and without gaps: somebody reads or writes them as bytes."""
    found = {*graph.results, *(s.before for s in graph.states), *views, *views.values(), *sources}
    for layer in layers:
        found |= {r.tensor for r in layer.reads if r.whole}
        found |= {w.tensor for w in layer.writes if w.whole or (w.part and w.part.place.along)}
    return frozenset(found)


def borders(graph: Graph, layers: Iterable[Layer]) -> dict[TensorId, tuple[int, int]]:
    """The widest (lead, trail) in pixels that any reader of a tensor asks for."""
    found: dict[TensorId, tuple[int, int]] = {}
    for layer in layers:
        for r in layer.reads:
            lead, trail = found.get(r.tensor, (0, 0))
            found[r.tensor] = max(lead, r.lead), max(trail, r.trail)
    return found


def make_band(graph: Graph, tensor: TensorId, *, rows: int, border: tuple[int, int],
              alignment: int) -> Band:  # fmt: skip
    """The band of one tensor; `alignment` is 1 for packed rows."""
    t = graph[tensor]
    height, width, channels = t.rows
    pixel = channels * t.dtype.size
    payload, lead, trail = width * pixel, border[0] * pixel, border[1] * pixel
    if lead or trail:
        lead = -(-lead // alignment) * alignment
    stride = payload + max(lead, trail)
    return Band(
        tensor=tensor,
        height=height,
        payload=payload,
        rows=rows,
        stride=-(-stride // alignment) * alignment,
        lead=lead,
        trail=trail,
        fill=t.q.zp if t.dtype is DType.INT8 and t.quant is not None else 0,
    )
