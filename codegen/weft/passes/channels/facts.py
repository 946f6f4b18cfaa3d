"""What is known of the values of each channel of a tensor, whatever the model's input is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weft.ir import DType, Tensor
from weft.passes.channels.filters import Bools, width
from weft.quant import INT32_MAX, INT32_MIN, Ints

BYTES = (DType.INT8, DType.UINT8)


@dataclass(frozen=True, slots=True)
class Facts:
    """Bounds of the stored values of each channel, and which channels are always equal.

    `twin` is the first channel that has the same value at every position. The bounds are those of
    8-bit tensors; for others they are int32's and mean that nothing is known.
    """

    low: Ints
    high: Ints
    twin: Ints

    @property
    def constant(self) -> Bools:
        """Channels with a single value, which `low` is."""
        found: Bools = self.low == self.high
        return found


def facts(low: Ints, high: Ints, *keys: Ints) -> Facts:
    """Facts of channels that have these bounds, and are equal if their rows of `keys` are."""
    columns = [np.reshape(key, (len(low), -1)) for key in keys]
    twin = first_equal(np.concatenate(columns, axis=1))
    constant = low == high
    twin[constant] = np.flatnonzero(constant)[first_equal(low[constant][:, None])]
    return Facts(low, high, twin)


def unknown(tensor: Tensor) -> Facts:
    """What the type alone says."""
    low, high = tensor.dtype.limits if tensor.dtype in BYTES else (INT32_MIN, INT32_MAX)
    channels = np.arange(width(tensor))
    return Facts(np.full(len(channels), low), np.full(len(channels), high), channels)


def stored(tensor: Tensor) -> Facts:
    """What is known of a constant: all."""
    if tensor.dtype not in BYTES:
        return unknown(tensor)
    columns = tensor.data.reshape(-1, width(tensor)).astype(np.int64)
    return facts(columns.min(axis=0), columns.max(axis=0), columns.T)


def first_equal(rows: Ints) -> Ints:
    """For each row the number of the first row that equals it."""
    seen: dict[bytes, int] = {}
    packed = np.ascontiguousarray(rows)
    found = [seen.setdefault(row.tobytes(), number) for number, row in enumerate(packed)]
    return np.array(found, np.int64)
