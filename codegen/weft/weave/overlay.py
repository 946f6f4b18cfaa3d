"""Steps that may overwrite the row that they consume."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from weft.ir import TensorId
from weft.weave.bands import Band
from weft.weave.layers import Layer, Reader, Writer
from weft.weave.life import Storage
from weft.weave.trace import Ints, Trace


@dataclass(frozen=True, slots=True)
class Overlay:
    """A step of an in-place layer: `read` may be overwritten by `write` as it is consumed.

    Storage numbers, and the first byte of the row that is read for the last time and of the row
    that is written.
    """

    time: int
    read: int
    read_begin: int
    write: int
    write_begin: int


def overlays(
    layers: Sequence[Layer],
    bands: Mapping[TensorId, Band],
    storages: Sequence[Storage],
    played: Trace,
    kept: Collection[TensorId],
) -> list[Overlay]:
    """All steps at which an in-place layer reads a row for the last time.

    `kept` own bytes that are still wanted after the last step.
    """
    number_of = {s.tensor: i for i, s in enumerate(storages) if s.tensor is not None}
    found: list[Overlay] = []
    for number, times in played.runs.items():
        for reader, writer in _pairs(layers[number], bands):
            stays = reader.tensor in kept or reader.tensor not in number_of
            if stays or writer.tensor not in number_of:
                continue
            read, write = number_of[reader.tensor], number_of[writer.tensor]
            source, target = bands[reader.tensor], bands[writer.tensor]
            last = _last_reads(played, reader.tensor, source.height)
            rows, ahead = np.arange(len(times)), writer.extent(target.height).start
            # Only the lowest bytes in use may go: what lies below them is not judged.
            lowest = storages[read].low[times - storages[read].first]
            dying = (last[rows] == times) & (lowest == source.extents(rows, rows)[0])
            for row in np.flatnonzero(dying).tolist():
                begins = source.payload_at(row), target.payload_at(ahead + row)
                found.append(Overlay(int(times[row]), read, begins[0], write, begins[1]))
    return found


def _pairs(layer: Layer, bands: Mapping[TensorId, Band]) -> Iterator[tuple[Reader, Writer]]:
    """Inputs and output of an in-place layer that go through rows of equal length side by side."""
    if not layer.in_place:
        return
    (writer,) = layer.writes
    for reader in layer.reads:
        in_turn = reader.start == 0 and not reader.table
        abreast = in_turn and reader.count == reader.advance == writer.block == 1
        written = writer.part.place.run if writer.part else bands[writer.tensor].payload
        if abreast and bands[reader.tensor].payload == written == bands[writer.tensor].payload:
            yield reader, writer


def _last_reads(played: Trace, tensor: TensorId, height: int) -> Ints:
    """The time at which each row is read for the last time, -1 for never."""
    reads = played.uses[tensor].reads
    found = np.full(height, -1)
    longest = int((reads.last - reads.first).max(initial=-1)) + 1
    for k in range(longest):
        inside = reads.first + k <= reads.last
        np.maximum.at(found, (reads.first + k)[inside], reads.times[inside])
    return found
