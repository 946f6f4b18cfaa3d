"""Short requantization: what is proved from few sums holds for every sum of small ranges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from weft.ops.weighted.requant_fit import (
    Channels,
    Folded,
    Mask,
    TwoSided,
    fold_each,
    fold_to,
    fold_two_sided,
    proofs,
)
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


def agrees(c: Channels, folded: Folded) -> Mask:
    """(channel): whether both forms give the same for every sum."""
    sums = every_sum(c)
    words = folded.words(sums)
    short = np.clip(folded.outputs(sums), c.low, c.high)
    fits = np.abs(words) <= INT32_MAX
    return np.asarray((fits & (short == c.outputs(sums))).all(axis=1), np.bool_)


def forms(c: Channels) -> list[Folded]:
    """Short forms with the greatest shift, and with smaller ones."""
    greatest = fold_each(c)
    assert greatest is not None
    shifts = [greatest.shift - less for less in (0, 1, 3, 6)]
    folds = (fold_to, fold_two_sided)
    return [greatest, *(fold(c, shift) for shift in shifts for fold in folds)]


@pytest.mark.parametrize("zero_point", [-128, 5])
def test_mostly_exact_where_negative_numbers_are_cut_off(zero_point: int) -> None:
    """ReLU: nearly all channels have a short form that is exact, and few less with less bits."""
    layers = [channels(seed, zero_point=zero_point, low=zero_point, high=127) for seed in range(20)]
    found = [[proofs(c, folded).mean() for folded in forms(c)] for c in layers]
    greatest, *smaller = np.mean(found, axis=0)
    assert greatest > 0.97
    assert min(smaller) > 0.9


@pytest.mark.parametrize("zero_point", [-128, -20, 5, 127])
def test_mostly_exact_by_the_sign_of_the_sum(zero_point: int) -> None:
    """Nearly all channels have a form for outputs on both sides, which most have not otherwise."""
    layers = [channels(seed, zero_point=zero_point, low=-128, high=127) for seed in range(20)]
    greatest = [fold_each(c) for c in layers]
    shifts = [folded.shift for folded in greatest if folded is not None]
    for less in (0, 3):
        found = [fold_two_sided(c, s - less) for c, s in zip(layers, shifts, strict=True)]
        assert np.mean([proofs(c, f) for c, f in zip(layers, found, strict=True)]) > 0.99
    assert abs(zero_point) > 100 or np.mean([proofs(c, fold_to(c, 10)) for c in layers]) < 0.5


@pytest.mark.parametrize("seed", range(20))
def test_never_wrong(seed: int) -> None:
    """Any zero point and range of outputs: what is proved is exact for every sum."""
    rng = np.random.default_rng(seed)
    low, high = np.sort(rng.choice(np.arange(-128, 128), 2, replace=False))
    c = channels(seed, zero_point=int(rng.integers(-128, 128)), low=int(low), high=int(high))
    for folded in forms(c):
        assert not np.any(proofs(c, folded) & ~agrees(c, folded))


@pytest.mark.parametrize("seed", range(20))
def test_proof_is_complete(seed: int) -> None:
    """The verdict from few sums is that of every sum, for forms that are a little wrong too."""
    c = channels(seed, zero_point=(-128, 5)[seed % 2], low=-128, high=127)
    rng = np.random.default_rng(seed)
    for folded in forms(c)[::3]:
        for most in (0, 1, 8, 64):
            nudged = replace(
                folded,
                multiplier=folded.multiplier + rng.integers(-most, most + 1, COUNT) * 1000,
                offset=folded.offset + rng.integers(-most, most + 1, COUNT),
            )
            if isinstance(nudged, TwoSided):
                below = nudged.below + rng.integers(-most, most + 1, COUNT)
                nudged = replace(nudged, below=below)
            assert np.array_equal(proofs(c, nudged), agrees(c, nudged))


@pytest.mark.parametrize("seed", range(40))
def test_rises(seed: int) -> None:
    """Outputs rise where the formula says, for any multiplier and shift."""
    rng = np.random.default_rng(seed)
    least = -rng.integers(1, 1 << rng.integers(2, 30), COUNT)
    c = Channels(
        multiplier=rng.integers(1 << 30, 1 << 31, COUNT),
        shift=-rng.integers(0, rng.choice([3, 12, 32]), COUNT),
        least=least,
        greatest=least + rng.integers(0, 1 << rng.integers(1, 30), COUNT),
        zero_point=int(rng.integers(-128, 128)),
        low=-128,
        high=127,
    )
    assert np.all(c.certain)


def test_one_for_all() -> None:
    """Channels that are scaled alike share the form of the sums of all of them."""
    c = channels(3, zero_point=-128, low=-128, high=127, spread=0)
    assert not c.alike
    c = replace(c, multiplier=np.full_like(c.multiplier, c.multiplier[0]))
    assert c.alike
    one = fold_to(c.merged, 8)
    every = Folded(*(np.repeat(x, COUNT) for x in (one.multiplier, one.offset)), one.shift)
    assert np.all(proofs(c.merged, one))
    assert np.all(agrees(c, every))


def test_no_form() -> None:
    """Scalings that do not shift right, and a single output, are left to the exact form."""
    c = channels(0, zero_point=-128, low=-128, high=127)
    flat = np.zeros_like(c.shift)
    rest = (c.least, c.greatest, -128, -128)
    assert fold_each(Channels(c.multiplier, flat, *rest, 127)) is None
    assert fold_each(Channels(c.multiplier, c.shift, *rest, -128)) is None
