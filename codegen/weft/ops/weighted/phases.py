"""Rows or columns of a transposed convolution, seen from the output.

Outputs at the same place within a stride, a *phase*, meet the same taps of the filter: every
stride-th one. So the outputs of a phase are a convolution of stride 1 with these taps, in reverse.
Knows one axis, not what is computed. Twin of runtime/include/weft/transpose_conv.h.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from weft.ops.window import Axis
from weft.quant import Ints


@dataclass(frozen=True)
class Phases:
    """Output i meets taps (i + before) % stride + k * stride of the filter `axis`."""

    axis: Axis
    outputs: int
    inputs: int

    @property
    def most(self) -> int:
        """Most taps of a phase."""
        return self.count(0)

    def count(self, phase: int) -> int:
        """Taps of a phase; one, of weight 0, where there is none."""
        return max(1, -(-(self.axis.size - phase) // self.axis.stride))

    def taps(self, phase: int) -> slice:
        """The taps of a phase in the order of the inputs that they meet: from the last on.

        None where there is none.
        """
        last = phase + (self.count(phase) - 1) * self.axis.stride
        return slice(last, phase - 1 if phase else None, -self.axis.stride)

    @cached_property
    def first(self) -> Ints:
        """For each output the first of `most` inputs, of which the last ones meet its taps."""
        found: Ints = self._last - self.most + 1
        return found

    @cached_property
    def _last(self) -> Ints:
        return (np.arange(self.outputs) + self.axis.before) // self.axis.stride

    @property
    def lead(self) -> int:
        """Inputs before the image that are read."""
        phases = (np.arange(self.outputs) + self.axis.before) % self.axis.stride
        counts = np.array([self.count(p) for p in range(self.axis.stride)])
        return max(0, -int((self._last - counts[phases] + 1).min()))

    @property
    def trail(self) -> int:
        """Inputs behind the image that are read."""
        return max(0, int(self._last[-1]) + 1 - self.inputs)
