"""Convolutions by packed pairs: windows of a row, and convolutions that are made of several.

Knows the geometry of a step, not what becomes of sums. Twin of runtime/include/weft/pair_part.h.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from weft.ops.activation import clamp_range
from weft.ops.base import OpView, Params, Values, array
from weft.ops.weighted import pair_packing
from weft.ops.weighted.pair_blocks import Packed
from weft.ops.weighted.pair_runs import Runs

KERNEL: Mapping[str, Any] = {
    "needs": frozenset({"dsp"}),
    "pitched": True,
    "shared": ("conv_2d_s8__dsp.c",),
}
"""What kernels that are made of several convolutions have in common."""

MOST_ROWS = 32  # WEFT_PART_ROWS
_NARROW = 10  # pixels of a row
_LITTLE = 50_000  # multiplications of a row; a step takes about as long as 500 by itself
_PART_CYCLES = 80  # of a part of a step by itself, and for each of its rows
_ROW_CYCLES = 8


@dataclass(frozen=True, slots=True)
class Window:
    """What an output pixel reads: columns of `depth` bytes each.

    Bytes from one pixel's to the next one's, 0 if there is only one; from one column to the next.
    """

    height: int
    width: int
    depth: int
    pixel_step: int
    column_step: int

    @property
    def size(self) -> int:
        """Inputs of a sum."""
        return self.height * self.width * self.depth

    @property
    def params(self) -> Params:
        """The fields of weft_conv_2d_s8_dsp_params about windows."""
        return {
            "filter_height": self.height,
            "pixel_step": self.pixel_step,
            "run_step": self.column_step,
        }

    @property
    def _shared(self) -> int:
        """Columns that the window of the next pixel has, too."""
        if not self.pixel_step or not self.column_step or self.pixel_step % self.column_step:
            return 0
        return max(0, self.width - self.pixel_step // self.column_step)

    def runs(self, outputs: int, twos: int, most: int) -> Runs:
        """How the windows of `twos` times two pixels are unpacked, in `most` bytes of scratch."""
        if self._shared and self.depth % 4 == 0:
            return Runs(self.height, self.width, self.depth, twos, twos, 2 * most, self._shared)
        joined = self.width == 1 or self.column_step == self.depth
        runs, length = (1, self.width * self.depth) if joined else (self.width, self.depth)
        tile = pair_packing.worthwhile(outputs, self.size, self.height * runs)
        contiguous = self.pixel_step == length
        return Runs(self.height, runs, length, twos, min(twos, tile), most, contiguous=contiguous)


def block(rows: int, pixels: int, macs: int) -> int:
    """Two rows where pairs within a row would leave much, or where a step would do little."""
    uneven = pixels % 2 == 1 and pixels < _NARROW
    return 2 if rows > 1 and (uneven or macs < rows * _LITTLE) else 1


def twos_and_ones(pixels: int, rows: int) -> tuple[int, int]:
    """How many times a step multiplies two windows, and how many single ones."""
    return (pixels, 0) if rows > 1 else divmod(pixels, 2)


def cycles(outputs: int, runs: Runs, pixels: int, rows: int) -> int:
    """Roughly, of a part of a step."""
    step = pair_packing.step_cycles(outputs, runs, *twos_and_ones(pixels, rows))
    return step + _PART_CYCLES + _ROW_CYCLES * runs.rows


def weights(parts: Sequence[Packed]) -> Values:
    """Those of all parts, one after the other."""
    return array(np.concatenate([part.constants for part in parts]), "uint32")


def params(op: OpView, fields: Params) -> Params:
    """The fields of a struct that begins with what its parts, convolutions, have in common."""
    low, high = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    limits = {"activation_min": low, "activation_max": high}
    return {f"conv.{name}": value for name, value in {**fields, **limits}.items()}
