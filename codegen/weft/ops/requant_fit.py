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

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from weft.quant import INT32_MAX, INT32_MIN, Ints, requantize

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SCALE_BITS = 8  # sums are taken times 2**8
_MOST_SHIFT = 22  # keeps 2**7 << (32 + shift) in 62 bits
_STEPS = 1024  # multipliers that are tried for a channel, from the best outward
_BRACKET = 1024  # the best multiplier differs from the nearest by less than two parts of so many
_HALVINGS = 20
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

    @property
    def alike(self) -> bool:
        """Whether all channels are scaled the same way."""
        return bool(np.all((self.multiplier == self.multiplier[0]) & (self.shift == self.shift[0])))

    @property
    def merged(self) -> Channels:
        """One channel with the sums of all, where they are alike."""
        least, greatest = self.least.min(keepdims=True), self.greatest.max(keepdims=True)
        one = slice(0, 1)
        return replace(
            self,
            multiplier=self.multiplier[one],
            shift=self.shift[one],
            least=least,
            greatest=greatest,
        )

    @cached_property
    def values(self) -> Ints:
        """The outputs above the lowest, in ascending order."""
        return np.arange(self.low + 1, self.high + 1, dtype=np.int64)

    @cached_property
    def rises(self) -> Ints:
        """(channel, value): the least sum with at least that output; greatest + 1 if none has.

        Both roundings turned around: the least product with enough after the second one, which
        takes halves of negative numbers down, then the least sum after the first one.
        """
        right = -self.shift[:, None]
        steps = self.values - self.zero_point
        half = (1 << right) >> 1
        product = (steps << right) - half + ((steps <= 0) & (right > 0))
        product = np.clip(product, INT32_MIN, INT32_MAX + 1)
        multiplier = np.maximum(self.multiplier, 1)[:, None]
        least = -(((1 << 30) - (product << 31)) // multiplier)
        found: Ints = np.clip(least, self.least[:, None], self.greatest[:, None] + 1)
        return found

    @cached_property
    def certain(self) -> Mask:
        """(channel): whether outputs rise where `rises` says, by the exact requantization."""
        first, last = self.least[:, None], self.greatest[:, None]
        at, before = np.minimum(self.rises, last), np.maximum(self.rises - 1, first)
        reached = (self.outputs(at) >= self.values) | (self.rises > last)
        missed = (self.outputs(before) < self.values) | (self.rises <= first)
        return np.asarray((reached & missed).all(axis=1), np.bool_)

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


def fold_each(channels: Channels) -> Folded | None:
    """A short form for channels that have one: `proofs` says which.

    The shift is the greatest that they all can have. None where no channel can have any. Mostly
    not exact where negative numbers are not cut off, as they are rounded in another way.
    """
    shift = int(_exact_shifts(channels).min())
    if shift > _MOST_SHIFT or channels.shift.max() >= 0 or not len(channels.values):
        return None
    return fold_to(channels, shift)


def fold_to(channels: Channels, shift: int) -> Folded:
    """The same with a given shift; a smaller one leaves less of the multipliers."""
    lost = _exact_shifts(channels) - shift
    rounded = (channels.multiplier + ((1 << np.maximum(lost, 0)) >> 1)) >> np.maximum(lost, 0)
    nearest = np.minimum(rounded << np.maximum(-lost, 0), INT32_MAX)
    return _search(channels, np.asarray(nearest, np.int64), shift)


def _exact_shifts(channels: Channels) -> Ints:
    """The shifts at which the multipliers are the exact ones."""
    return SCALE_BITS - 1 - channels.shift


def proofs(channels: Channels, folded: Folded) -> Mask:
    """For each channel whether both forms agree at every sum, and no step leaves 32 bits."""
    words = (channels.corners << SCALE_BITS) + folded.offset[:, None]
    fits = (words >= INT32_MIN) & (words <= INT32_MAX)
    short = np.clip(folded.outputs(channels.corners), channels.low, channels.high)
    agrees = (fits & (short == channels.outputs(channels.corners))).all(axis=1)
    return np.asarray(agrees & channels.certain, np.bool_)


def _search(channels: Channels, nearest: Ints, shift: int) -> Folded:
    """Multipliers with an offset each, from the best one outward; what has none gets an offset 0.

    Without values there is nothing to find.
    """
    multiplier, offset = np.clip(nearest, 1, INT32_MAX), np.zeros_like(nearest)
    if not len(channels.values):
        return Folded(multiplier, offset, shift)
    best, room = _roomiest(channels, multiplier, shift)
    waiting = np.flatnonzero(room > 0)
    step = 0
    while len(waiting) and step < _STEPS:
        count = max(1, _AT_ONCE // (len(waiting) * len(channels.values)))
        steps = np.arange(step, step + count)
        outward = (steps + 1) // 2 * np.where(steps % 2, 1, -1)
        tried = np.clip(best[waiting, None] + outward, 1, INT32_MAX)
        least, most = _offsets(channels, waiting, tried, shift)
        found = np.argmax(least <= most, axis=1)
        rows = np.arange(len(waiting))
        multiplier[waiting] = tried[rows, found]
        offset[waiting] = (least[rows, found] + most[rows, found]) >> 1
        waiting = waiting[~np.any(least <= most, axis=1)]
        step += count
    multiplier[waiting], offset[waiting] = best[waiting], 0
    return Folded(multiplier, offset, shift)


def _roomiest(channels: Channels, nearest: Ints, shift: int) -> tuple[Ints, Floats]:
    """For each channel the multiplier with the widest range of offsets, and that range.

    With `u = 2**(32 + shift) / multiplier` an output rises to v at the right sum T if
    v * u - 256 * T <= offset < v * u - 256 * (T - 1). The width of what all values leave is a
    concave function of u, so its greatest place is found by halving.
    """
    values = channels.values.astype(np.float64)
    ends = np.float64(1 << SCALE_BITS) * channels.rises
    below = np.where(channels.rises > channels.greatest[:, None], np.inf, ends)
    above = np.where(channels.rises <= channels.least[:, None], -np.inf, ends - (1 << SCALE_BITS))
    middle = 2.0 ** (32 + shift) / nearest
    half = middle / _BRACKET
    rows = np.arange(len(nearest))
    for _ in range(_HALVINGS):
        lines = values * middle[:, None]
        low, high = (lines - below).argmax(axis=1), (lines - above).argmin(axis=1)
        room = (lines - above)[rows, high] - (lines - below)[rows, low]
        middle = middle + np.sign(values[high] - values[low]) * half
        half = half / 2
    multiplier = np.rint(2.0 ** (32 + shift) / middle).astype(np.int64)
    return np.clip(multiplier, 1, INT32_MAX), room


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
