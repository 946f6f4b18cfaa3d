"""int16 layers by DSP instructions: the short way to an output, and where it is not allowed.

That the kernel is exact is tested by tests/cases/conv_2d.py and fully_connected.py.
"""

from __future__ import annotations

import numpy as np
import pytest
from model_builder import ModelBuilder

from weft import driver
from weft.ops.base import OpView
from weft.ops.weighted import wide_pairs
from weft.quant import Ints, Requant, requantize, requantize_once

LIMIT = 1 << 31


def layer(scale: float, bias_type: str, weights: Ints | None = None) -> tuple[OpView, str]:
    """A FULLY_CONNECTED of int16 values with a real multiplier, and the kernel for it."""
    b, values = ModelBuilder(), np.ones((1, 4), np.int64) if weights is None else weights
    x, y = (
        b.tensor((1, values.shape[1]), scale, dtype="int16"),
        b.tensor((1, 1), 1.0, dtype="int16"),
    )
    bias = b.constant(np.zeros(1), scale, dtype=bias_type)
    options = {"quantized_bias_type": 2} if bias_type == "int32" else {}  # INT32 of the schema
    b.operator("FULLY_CONNECTED", [x, b.constant(values, 1.0), bias], [y], **options)
    made = driver.Options(name="m", variant="dsp")
    (call,) = driver.compile_model(b.build([x], [y]), "m.tflite", made).calls
    return call.op, call.kernel.symbol


def samples(limit: int, multiplier: float) -> Ints:
    """Sums at random, at the ends, and around where outputs of small numbers rise."""
    rng = np.random.default_rng(5)
    rises = np.rint((np.arange(-300, 300) + 0.5) / multiplier).astype(np.int64)
    near = (rises[:, None] + np.arange(-2, 3)).ravel()
    ends = np.array([0, 1, -1, limit - 1, 1 - limit, limit // 2])
    found: Ints = np.concatenate([rng.integers(1 - limit, limit, 4000), near, ends])
    return found[np.abs(found) < limit]


@pytest.mark.parametrize("power", [*range(-34, -2), -40])
@pytest.mark.parametrize("bias_type", ["int64", "int32"])
def test_outputs(power: int, bias_type: str) -> None:
    """The instructions give what the reference gives, for every sum that the kernel may have."""
    scale = float(np.float32(2.0**power * 1.37))
    op, symbol = layer(scale, bias_type)
    assert symbol == wide_pairs.KERNEL["symbol"]
    ((multiplier, addend, shift),) = wide_pairs.scaling(op, lambda _: [scale]).tolist()
    exact = Requant.of(scale).multiplier, Requant.of(scale).shift
    if bias_type == "int64":
        sums = samples(LIMIT, scale)
        found = ((sums * multiplier >> 32) + addend) >> shift
        expected = requantize_once(sums, *exact)
    else:
        sums = samples(LIMIT // 2, scale)
        found = ((2 * sums * multiplier + (1 << 31) >> 32) + addend - (sums < 0)) >> shift
        expected = requantize(sums, *exact)
    assert np.array_equal(found, expected)


@pytest.mark.parametrize(
    ("scale", "bias_type", "weight", "fits"),
    [
        (0.1, "int64", 127, True),  # 127 * 500 * 2^15 is less than 2^31
        (0.1, "int64", -128, True),
        (0.3, "int64", 1, False),  # the multiplier is 2^-2 or more
        (0.3, "int32", 1, True),
        (0.6, "int32", 1, False),
        (0.1, "int32", 127, False),  # twice the sum leaves 32 bits
    ],
)
def test_ranges(scale: float, bias_type: str, weight: int, *, fits: bool) -> None:
    """Sums below 2^31, of which twice the sum is taken below 2^30, and scalings to the right."""
    _, symbol = layer(scale, bias_type, np.full((1, 500), weight))
    assert (symbol == wide_pairs.KERNEL["symbol"]) == fits
    _, symbol = layer(scale, bias_type, np.full((1, 600), 127))
    assert symbol != wide_pairs.KERNEL["symbol"]
