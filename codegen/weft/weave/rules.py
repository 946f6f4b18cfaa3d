"""What the prover is given, and what it demands of the bytes that a step touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from weft.ir import TensorId
from weft.weave.bands import Band
from weft.weave.layers import Layer, Reader, Writer

Span = tuple[int, int]
"""Arena bytes [begin, end)."""


class PlanError(Exception):
    """The plan would read a byte that does not hold what is expected. A bug in weft."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A plan to be proved: where everything lies, and in which order the layers' steps run.

    Offsets in bytes from the arena's start: of bands by tensor, of scratch and state by layer.
    `owners` names the tensor whose bytes a view shares; a part of a joined tensor has a band and
    an offset of its own. `carried` are the tensors that hold each
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


def require(condition: bool, text: str) -> None:
    """Refuse the plan unless the condition holds."""
    if not condition:
        raise PlanError(text)


def packed(band: Band) -> bool:
    """Whether all rows lie in memory, without gaps."""
    gapless = band.stride == band.payload and not band.lead and not band.trail
    return band.rows == band.height and gapless


def pixel_bytes(band: Band, reader: Reader) -> tuple[int, int]:
    """Border bytes that a reader touches; at most what the band stores."""
    lead, trail = reader.lead * reader.pixel, reader.trail * reader.pixel
    require(lead <= band.lead and trail <= band.trail, f"%{reader.tensor} lacks border")
    return lead, trail


def disjoint(spans: Sequence[Span]) -> None:
    """No byte is written as two things."""
    for (_, end), (begin, _) in zip(sorted(spans), sorted(spans)[1:], strict=False):
        require(end <= begin, "writes two things to the same bytes")


def clear(written: Sequence[Span], read: Sequence[Span]) -> None:
    """Nothing is written over what the same step reads."""
    for begin, end in written:
        for source, stop in read:
            require(end <= source or stop <= begin, "writes over a row that it reads")


def union(spans: Sequence[Span]) -> list[Span]:
    """The same bytes in spans that do not meet."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found


def covered(joined: Band, writers: Sequence[Writer]) -> None:
    """The parts of a joined tensor are, together, each byte of each of its rows once."""
    times = np.zeros((joined.height, joined.payload), np.int8)
    for w in writers:
        require(w.part is not None, f"%{joined.tensor} is made as a whole, too")
        assert w.part is not None
        place, begins = w.part.place, [w.part.place.begin(y) for y in range(w.part.height)]
        within = min(place.row, place.at) >= 0 and begins[-1][0] < joined.height
        within = within and begins[-1][1] + place.span <= joined.payload
        apart = place.count == 1 or place.step >= place.run
        require(within and apart, f"%{w.made} is no part of %{joined.tensor}")
        for row, at in begins:
            times[row, at + place.offsets] += 1
    require(bool((times == 1).all()), f"%{joined.tensor} has bytes of no part or of several")
