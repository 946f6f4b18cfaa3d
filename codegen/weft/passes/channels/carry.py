"""Constant channels that others can stand for: the arithmetic, without operators.

Where a window lies inside the image, constant channels of offsets d[i] from the zero point add
sum(w[i] * d[i]) to the sum at each of its places; where it does not, they add nothing, as padding
is the zero point. Other weights of fewer of these channels that add up to the same at every
place are as good. Two channels of coprime offsets d, e make every whole number d * a + e * b, and
with int8 weights all up to about 127 * (|d| + |e|).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from weft.quant import Ints

_MOST = 32  # channels that are looked at together
_LARGEST = 4  # of them that are tried as the one that carries most


def carried(weights: Ints, offsets: Ints, largest: int) -> Ints:
    """Weights that add up to the same in each row, with zeros in as many columns as can be.

    `weights` is (places, channels), with a column for each constant channel and no value above
    `largest`; `offsets` (channels) are not 0. Without anything to gain it comes back as it is.
    """
    order = np.argsort(-np.abs(offsets), kind="stable")[:_MOST].tolist()
    best, least = weights, len(order)
    for carriers in _carriers(order):
        if len(carriers) >= least:
            break
        made, left = _carried_by(carriers, order, weights, offsets, largest)
        if left < least:
            best, least = made, left
    return best


def _carriers(order: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Channels to try, single ones first; of two the first has the larger offset.

    A small second offset fills the gaps between multiples of the first.
    """
    yield from ((channel,) for channel in order)
    for first, second in itertools.product(order[:_LARGEST], reversed(order)):
        if first != second:
            yield first, second


def _carried_by(
    carriers: tuple[int, ...], order: Sequence[int], weights: Ints, offsets: Ints, largest: int
) -> tuple[Ints, int]:
    """Weights in which the carriers do what they can of the others, and how many are left."""
    made, own = weights.copy(), list(carriers)
    others = [channel for channel in order if channel not in carriers]
    left = len(own)
    for channel in reversed(others):
        total = made[:, own] @ offsets[own] + made[:, channel] * offsets[channel]
        shares = _shares(total, offsets[own].tolist(), largest)
        if shares is None:
            left += 1
        else:
            made[:, own], made[:, channel] = shares, 0
    return made, left


def _shares(total: Ints, offsets: Sequence[int], largest: int) -> Ints | None:
    """Weights (places, one or two) for these offsets that make each total; None if there are none.

    d * a + e * b = total: b is known modulo d / gcd(d, e). The least b is taken, and moved by
    as many such steps as bring a within the limit.
    """
    d, e = (*offsets, 0)[:2]
    common = math.gcd(d, e)
    if (total % common).any():
        return None
    step_a, step_b = e // common, d // common
    b = total // common * pow(step_a, -1, abs(step_b)) % abs(step_b)
    b = b - abs(step_b) * (2 * b > abs(step_b))
    a = (total - e * b) // d
    if e:
        beyond = -((largest - np.maximum(np.abs(a), largest)) // abs(step_a))
        steps = np.sign(a) * np.sign(step_a) * beyond
        a, b = a - steps * step_a, b + steps * step_b
    made = np.stack([a, b], axis=1)[:, : len(offsets)]
    return made if np.abs(made).max(initial=0) <= largest else None
