"""Short requantization: outputs from sums in few instructions, proved equal for every sum.

The exact way from a sum S to an output rounds twice and clamps. Where the clamp cuts off at the
output's zero point (ReLU) all of it can be one multiplication that keeps the upper word, and one
shift with saturation, the same shift for all channels:

    output = saturate(upper_word((256 * S + offset) * multiplier) >> shift)

Both sides never fall as S grows. So they are equal for every sum of a range if they are equal at
the range's ends and at both sides of each place where the exact output rises, of which there are
at most 255. Knows numbers, not layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from weft.quant import INT32_MAX, INT32_MIN, Ints, requantize

SCALE_BITS = 8  # sums are taken times 2**8
_MOST_SHIFT = 22  # keeps 2**7 << (32 + shift) in 62 bits
_STEPS = 4096  # multipliers that are tried for a channel, from the nearest outward
_AT_ONCE = 1 << 16  # numbers in an array of the search


@dataclass(frozen=True)
class Channels:
    """The exact requantization of output channels: one entry of each array for each channel.

    Every scaling shifts right, -31 <= shift <= 0. The sums of a channel are those from `least` to
    `greatest`, both included; outputs are clamped to low..high, -128 <= low <= high <= 127.
    """

    multiplier: Ints
    shift: Ints
    least: Ints
    greatest: Ints
    zero_point: int
    low: int
    high: int

    def outputs(self, sums: Ints) -> Ints:
        """The exact outputs of (channel, N) sums."""
        scaled = requantize(sums, self.multiplier[:, None], self.shift[:, None])
        clamped: Ints = np.clip(scaled + self.zero_point, self.low, self.high)
        return clamped

    @cached_property
    def values(self) -> Ints:
        """The outputs above the lowest, in ascending order."""
        return np.arange(self.low + 1, self.high + 1, dtype=np.int64)

    @cached_property
    def rises(self) -> Ints:
        """(channel, value): the least sum with at least that output; greatest + 1 if none has."""
        shape = len(self.multiplier), len(self.values)
        below = np.broadcast_to(self.least[:, None] - 1, shape)
        reached = np.broadcast_to(self.greatest[:, None] + 1, shape)
        while np.any(reached - below > 1):
            # Where they are neighbors, the middle is `below`, which may be outside of the range.
            middle = (below + reached) >> 1
            enough = (self.outputs(middle) >= self.values) & (middle > below)
            below, reached = np.where(enough, below, middle), np.where(enough, middle, reached)
        return np.asarray(reached, np.int64)

    @cached_property
    def corners(self) -> Ints:
        """(channel, N): the sums that decide for all: the ends, and both sides of each rise."""
        ends = np.stack([self.least, self.greatest], axis=1)
        sums = np.concatenate([ends, self.rises, self.rises - 1], axis=1)
        return np.asarray(np.clip(sums, ends[:, :1], ends[:, 1:]), np.int64)


@dataclass(frozen=True)
class Folded:
    """The short form of all channels; the shift is that of the upper word."""

    multiplier: Ints
    offset: Ints
    shift: int

    def outputs(self, sums: Ints) -> Ints:
        """What the instructions give for (channel, N) sums."""
        words = (sums << SCALE_BITS) + self.offset[:, None]
        upper = (words * self.multiplier[:, None]) >> 32
        clamped: Ints = np.clip(upper >> self.shift, -128, 127)
        return clamped


def fold(channels: Channels) -> Folded | None:
    """A short form whose outputs, clamped to low..high, are exact for every sum of all channels.

    None if none was found; so it is mostly where negative numbers are not cut off, because they
    are rounded another way than positive ones.
    """
    found = fold_each(channels)
    return found if found is not None and proved(channels, found) else None


def fold_each(channels: Channels) -> Folded | None:
    """The same for those channels that have one: `proofs` says which."""
    exact = SCALE_BITS - 1 - channels.shift  # shifts at which the multipliers are the exact ones
    shift = int(exact.min())
    if shift > _MOST_SHIFT or channels.shift.max() >= 0 or not len(channels.values):
        return None
    lost = exact - shift
    nearest = (channels.multiplier + ((1 << lost) >> 1)) >> lost
    return _search(channels, np.asarray(nearest, np.int64), shift)


def proved(channels: Channels, folded: Folded) -> bool:
    """Whether both forms agree at every sum that matters, and no step leaves 32 bits."""
    return bool(proofs(channels, folded).all())


def proofs(channels: Channels, folded: Folded) -> npt.NDArray[np.bool_]:
    """The same for each channel."""
    words = (channels.corners << SCALE_BITS) + folded.offset[:, None]
    fits = (words >= INT32_MIN) & (words <= INT32_MAX)
    short = np.clip(folded.outputs(channels.corners), channels.low, channels.high)
    agrees: npt.NDArray[np.bool_] = (fits & (short == channels.outputs(channels.corners))).all(1)
    return agrees


def _search(channels: Channels, nearest: Ints, shift: int) -> Folded:
    """Multipliers from the nearest outward, until each channel has one with an offset, or none."""
    multiplier, offset = nearest.copy(), np.zeros_like(nearest)
    waiting = np.arange(len(nearest))
    step = 0
    while len(waiting) and step < _STEPS:
        count = max(1, _AT_ONCE // (len(waiting) * len(channels.values)))
        steps = np.arange(step, step + count)
        outward = (steps + 1) // 2 * np.where(steps % 2, 1, -1)
        tried = np.clip(nearest[waiting, None] + outward, 1, INT32_MAX)
        least, most = _offsets(channels, waiting, tried, shift)
        best = np.argmax(least <= most, axis=1)
        rows = np.arange(len(waiting))
        multiplier[waiting] = tried[rows, best]
        offset[waiting] = (least[rows, best] + most[rows, best]) >> 1
        waiting = waiting[~np.any(least <= most, axis=1)]
        step += count
    multiplier[waiting], offset[waiting] = nearest[waiting], 0
    return Folded(multiplier, offset, shift)


def _offsets(channels: Channels, chosen: Ints, tried: Ints, shift: int) -> tuple[Ints, Ints]:
    """(channel, multiplier): least and most offset with which outputs rise where they should."""
    needed = -(-(channels.values << (32 + shift)) // tried[:, :, None])  # of 256 * S + offset
    rises = channels.rises[chosen][:, None, :]
    first, last = channels.least[chosen, None], channels.greatest[chosen, None]
    inside = rises <= last[:, :, None]
    least = np.where(inside, needed - (rises << SCALE_BITS), INT32_MIN).max(axis=2)
    before = needed - ((rises - 1) << SCALE_BITS) - 1
    most = np.where(rises > first[:, :, None], before, INT32_MAX).min(axis=2)
    least = np.maximum(least, INT32_MIN - (first << SCALE_BITS))
    most = np.minimum(most, INT32_MAX - (last << SCALE_BITS))
    return least, most
