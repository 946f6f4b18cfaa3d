"""Short requantization: what is proved from few sums holds for every sum of small ranges."""

from __future__ import annotations

import numpy as np
import pytest

from weft.ops.requant_fit import Channels, Folded, fold, proved
from weft.quant import INT32_MAX, Ints

COUNT = 24  # channels of a layer


def channels(seed: int, *, zero_point: int, low: int, high: int, spread: int = 3) -> Channels:
    """Channels whose outputs cover what they can, with sums of a few thousand."""
    rng = np.random.default_rng(seed)
    right = rng.integers(1, 5) + rng.integers(0, spread + 1, COUNT)
    least = -rng.integers(1, 6000, COUNT)
    return Channels(
        multiplier=rng.integers(1 << 30, 1 << 31, COUNT),
        shift=-right,
        least=least,
        greatest=least + rng.integers(1, 12000, COUNT),
        zero_point=zero_point,
        low=low,
        high=high,
    )


def every_sum(c: Channels) -> Ints:
    """(channel, N): all sums of all channels; a shorter range repeats its last sum."""
    longest = int((c.greatest - c.least).max())
    sums: Ints = np.minimum(c.least[:, None] + np.arange(longest + 1), c.greatest[:, None])
    return sums


def agrees(c: Channels, folded: Folded) -> bool:
    """Both forms on every sum."""
    sums = every_sum(c)
    words = sums * 256 + folded.offset[:, None]
    short = np.clip(folded.outputs(sums), c.low, c.high)
    return bool(np.array_equal(short, c.outputs(sums)) and np.abs(words).max() <= INT32_MAX)


def test_mostly_found_where_negative_numbers_are_cut_off() -> None:
    """ReLU: nearly all layers have a short form, and it is exact."""
    layers = [
        channels(seed, zero_point=z, low=z, high=127) for seed in range(20) for z in (-128, 5)
    ]
    found = [(c, folded) for c in layers if (folded := fold(c)) is not None]
    assert len(found) > 0.7 * len(layers)
    assert all(agrees(c, folded) for c, folded in found)


@pytest.mark.parametrize("seed", range(40))
def test_never_wrong(seed: int) -> None:
    """Any zero point and range of outputs: exact, or none."""
    rng = np.random.default_rng(seed)
    low, high = np.sort(rng.integers(-128, 128, 2))
    c = channels(seed, zero_point=int(rng.integers(-128, 128)), low=int(low), high=int(high))
    folded = fold(c)
    assert folded is None or agrees(c, folded)


@pytest.mark.parametrize("seed", range(40))
def test_proof_is_complete(seed: int) -> None:
    """The verdict from few sums is that of every sum, for forms that are a little wrong too."""
    c = channels(seed, zero_point=-128, low=-128, high=127)
    folded = fold(c)
    if folded is None:
        return  # test_mostly_found counts these
    rng = np.random.default_rng(seed)
    verdicts = set()
    for most in (0, 1, 2, 8, 64):
        nudged = Folded(
            folded.multiplier + rng.integers(-most, most + 1, COUNT) * 1000,
            folded.offset + rng.integers(-most, most + 1, COUNT),
            folded.shift,
        )
        verdicts.add(proved(c, nudged))
        assert proved(c, nudged) == agrees(c, nudged)
    assert True in verdicts


def test_no_form() -> None:
    """Scalings that do not shift right, and a single output, are left to the exact form."""
    c = channels(0, zero_point=-128, low=-128, high=127)
    flat = np.zeros_like(c.shift)
    rest = (c.least, c.greatest, -128, -128)
    assert fold(Channels(c.multiplier, flat, *rest, 127)) is None
    assert fold(Channels(c.multiplier, c.shift, *rest, -128)) is None
