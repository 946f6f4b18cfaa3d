"""Short requantization: outputs from sums in few instructions, proved equal for every sum.

The exact way from a sum S to an output rounds twice and clamps. Where the clamp cuts off at the
output's zero point (ReLU) all of it can be one multiplication that keeps the upper word, and one
shift with saturation, the same shift for all channels:

    output = saturate(upper_word((256 * S + offset) * multiplier) >> shift)

Elsewhere the second rounding counts, which takes halves away from zero: up for products from 0 on,
down for negative ones. There the offset is one for sums from 0 on and another for negative ones.

Both forms never fall as S grows, from 0 on and below. So they are equal for every sum of a range if
they are equal at the range's ends, at -1 and 0, and at both sides of each place where the exact
output rises, of which there are at most 255. Knows numbers, not layers.
"""

from __future__ import annotations

from collections.abc import Sequence
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

    @property
    def decisive(self) -> tuple[Mask, Mask]:
        """(channel, value): whether outputs rise to it at a sum, and are less before."""
        return self.rises <= self.greatest[:, None], self.rises > self.least[:, None]

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
        """(channel, N): the sums that decide for all."""
        ends = np.stack([self.least, self.greatest], axis=1)
        middle = np.broadcast_to([-1, 0], ends.shape)
        sums = np.concatenate([ends, middle, self.rises, self.rises - 1], axis=1)
        return np.asarray(np.clip(sums, ends[:, :1], ends[:, 1:]), np.int64)


@dataclass(frozen=True)
class Folded:
    """The short form of all channels; the shift is that of the upper word."""

    multiplier: Ints
    offset: Ints
    shift: int

    def words(self, sums: Ints) -> Ints:
        """What is multiplied for (channel, N) sums."""
        scaled: Ints = (sums << SCALE_BITS) + self.offset[:, None]
        return scaled

    def outputs(self, sums: Ints) -> Ints:
        """What the instructions give for (channel, N) sums."""
        upper = (self.words(sums) * self.multiplier[:, None]) >> 32
        clamped: Ints = np.clip(upper >> self.shift, -128, 127)
        return clamped


@dataclass(frozen=True)
class TwoSided(Folded):
    """The same with another offset for negative sums."""

    below: Ints

    def words(self, sums: Ints) -> Ints:
        """What is multiplied for (channel, N) sums."""
        offset = np.where(sums < 0, self.below[:, None], self.offset[:, None])
        return np.asarray((sums << SCALE_BITS) + offset, np.int64)


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
    multiplier, (offset,) = _search([channels], _nearest(channels, shift), shift)
    return Folded(multiplier, offset, shift)


def fold_two_sided(channels: Channels, shift: int) -> TwoSided:
    """The same for outputs of negative products, too: with offsets by the sign of the sum."""
    sides = [
        replace(channels, least=np.maximum(channels.least, 0)),
        replace(channels, greatest=np.minimum(channels.greatest, -1)),
    ]
    multiplier, (above, below) = _search(sides, _nearest(channels, shift), shift)
    return TwoSided(multiplier, above, shift, below)


def _nearest(channels: Channels, shift: int) -> Ints:
    """The multipliers with as many bits as a shift leaves."""
    lost = _exact_shifts(channels) - shift
    rounded = (channels.multiplier + ((1 << np.maximum(lost, 0)) >> 1)) >> np.maximum(lost, 0)
    return np.asarray(np.clip(rounded << np.maximum(-lost, 0), 1, INT32_MAX), np.int64)


def _exact_shifts(channels: Channels) -> Ints:
    """The shifts at which the multipliers are the exact ones."""
    return SCALE_BITS - 1 - channels.shift


def proofs(channels: Channels, folded: Folded) -> Mask:
    """For each channel whether both forms agree at every sum, and no step leaves 32 bits."""
    words = folded.words(channels.corners)
    fits = (words >= INT32_MIN) & (words <= INT32_MAX)
    short = np.clip(folded.outputs(channels.corners), channels.low, channels.high)
    agrees = (fits & (short == channels.outputs(channels.corners))).all(axis=1)
    return np.asarray(agrees & channels.certain, np.bool_)


def _search(sides: Sequence[Channels], nearest: Ints, shift: int) -> tuple[Ints, Ints]:
    """Multipliers, and (side, channel) offsets, from the best multiplier outward; what has none
    gets offsets of 0.

    Sides are parts of the sums with an offset each. Without values there is nothing to find.
    """
    values = sides[0].values
    multiplier, offset = nearest, np.zeros((len(sides), len(nearest)), np.int64)
    if not len(values):
        return multiplier, offset
    multiplier, room = _roomiest(sides, nearest, shift)
    waiting = np.flatnonzero(room > 0)
    step = 0
    while len(waiting) and step < _STEPS:
        count = max(1, _AT_ONCE // (len(waiting) * len(values) * len(sides)))
        steps = np.arange(step, step + count)
        outward = (steps + 1) // 2 * np.where(steps % 2, 1, -1)
        tried = np.clip(multiplier[waiting, None] + outward, 1, INT32_MAX)
        least, most = np.stack([_offsets(side, waiting, tried, shift) for side in sides], axis=1)
        fits = np.all(least <= most, axis=0)
        found, rows = np.argmax(fits, axis=1), np.arange(len(waiting))
        fit = np.any(fits, axis=1)
        multiplier[waiting[fit]] = tried[rows, found][fit]
        offset[:, waiting[fit]] = ((least + most) >> 1)[:, rows, found][:, fit]
        waiting = waiting[~fit]
        step += count
    return multiplier, offset


def _roomiest(sides: Sequence[Channels], nearest: Ints, shift: int) -> tuple[Ints, Floats]:
    """For each channel the multiplier with the widest range of offsets, and that range, on the side
    where it is the least.

    With `u = 2**(32 + shift) / multiplier` an output rises to v at the right sum T if
    v * u - 256 * T <= offset < v * u - 256 * (T - 1). The width of what all values leave is a
    concave function of u, so its greatest place is found by halving.
    """
    values = sides[0].values.astype(np.float64)
    ends = np.stack([np.float64(1 << SCALE_BITS) * side.rises for side in sides])
    reached, missed = (np.stack(masks) for masks in zip(*(s.decisive for s in sides), strict=True))
    below = np.where(reached, ends, np.inf)
    above = np.where(missed, ends - (1 << SCALE_BITS), -np.inf)
    middle = 2.0 ** (32 + shift) / nearest
    half = middle / _BRACKET
    side, rows = np.ogrid[: len(sides), : len(nearest)]
    for _ in range(_HALVINGS):
        lines = values * middle[:, None]
        low, high = (lines - below).argmax(axis=2), (lines - above).argmin(axis=2)
        rooms = (lines - above)[side, rows, high] - (lines - below)[side, rows, low]
        least = rooms.argmin(axis=0), rows[0]
        middle = middle + np.sign(values[high[least]] - values[low[least]]) * half
        half = half / 2
    multiplier = np.rint(2.0 ** (32 + shift) / middle).astype(np.int64)
    return np.clip(multiplier, 1, INT32_MAX), rooms[least]


def _offsets(channels: Channels, chosen: Ints, tried: Ints, shift: int) -> tuple[Ints, Ints]:
    """(channel, multiplier): least and most offset with which outputs rise where they should."""
    needed = -(-(channels.values << (32 + shift)) // tried[:, :, None])  # of 256 * S + offset
    rises = channels.rises[chosen][:, None, :]
    first, last = channels.least[chosen, None], channels.greatest[chosen, None]
    reached, missed = (mask[chosen][:, None, :] for mask in channels.decisive)
    least = np.where(reached, needed - (rises << SCALE_BITS), INT32_MIN).max(axis=2)
    before = needed - ((rises - 1) << SCALE_BITS) - 1
    most = np.where(missed, before, INT32_MAX).min(axis=2)
    least = np.maximum(least, INT32_MIN - (first << SCALE_BITS))
    most = np.minimum(most, INT32_MAX - (last << SCALE_BITS))
    return least, most
