"""LOGISTIC and TANH of int16: the C functions and their NumPy twins, on every possible input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from host_build import SANITIZERS, host_compiler, invoke

from weft.ops.elementwise import sigmoid16
from weft.ops.elementwise.sigmoid16 import GREATEST_SCALE, LEAST_SCALE, Steps
from weft.resources import RUNTIME

EVERY = np.arange(-(1 << 15), 1 << 15)
SCALES = (
    *(2.0**p for p in (-44, -43, -16, -13, -12, -11, -10, -9, -3, 0, 2)),
    *(2.0**-12 * x for x in (0.9992, 0.9994, 1.0006, 1.0008)),  # on both sides of "almost"
    *(float(np.float32(2.0**p)) for p in np.random.default_rng(1).uniform(-43.9, 1.99, 40)),
)
MAIN = """
#include <stdio.h>
#include <stdlib.h>
#include "weft/sigmoid_table.h"
int main(int count, char **numbers)
{
    for (int i = 1; i + 1 < count; i += 2) {
        for (int32_t x = -32768; x < 32768; x++) {
            const int32_t multiplier = atoi(numbers[i]), shift = atoi(numbers[i + 1]);
            const int32_t found[2] = {weft_logistic_s16(x, multiplier, shift),
                                      weft_tanh_s16(x, multiplier, shift)};
            fwrite(found, sizeof found[0], 2, stdout);
        }
    }
    return 0;
}
"""


def test_twins(tmp_path: Path) -> None:
    """The same bits from C, which the sanitizers watch."""
    (tmp_path / "main.c").write_text(MAIN, encoding="utf-8")
    table = RUNTIME / "src" / sigmoid16.TABLE_SOURCE
    binary = tmp_path / "twin"
    include = f"-I{RUNTIME / 'include'}"
    invoke([host_compiler(), "-std=c99", *SANITIZERS, include, tmp_path / "main.c", table,
            "-o", binary])  # fmt: skip
    steps = [of(s) for s in SCALES for of in (Steps.of_logistic, Steps.of_tanh)]
    numbers = [str(n) for s in steps for n in (s.multiplier, s.shift)]
    found = tmp_path / "found"
    invoke(["sh", "-c", f'"{binary}" {" ".join(numbers)} > "{found}"'])
    values = np.fromfile(found, np.int32).reshape(len(steps), len(EVERY), 2)
    for s, (logistic, tanh) in zip(steps, values.transpose(0, 2, 1), strict=True):
        assert np.array_equal(logistic, sigmoid16.logistic(EVERY, s)), s
        assert np.array_equal(tanh, sigmoid16.tanh(EVERY, s)), s


@pytest.mark.parametrize("scale", [2.0**-15, 3e-4, 2.0**-12, 2.0**-11, 0.01, 1.0])
def test_near_the_real_functions(scale: float) -> None:
    """A few units of 2^-15: what a table of 256 entries leaves."""
    real = EVERY * scale
    logistic = sigmoid16.logistic(EVERY, Steps.of_logistic(scale)) / 2**15
    tanh = sigmoid16.tanh(EVERY, Steps.of_tanh(scale)) / 2**15
    assert np.abs(logistic - 1 / (1 + np.exp(-np.clip(real, -50, 50)))).max() < 1.5e-4
    assert np.abs(tanh - np.tanh(real)).max() < 2.5e-4


@pytest.mark.parametrize("scale", SCALES)
def test_fits_32_bits(scale: float) -> None:
    """What the C comment promises of multipliers and shifts."""
    assert LEAST_SCALE <= scale <= GREATEST_SCALE
    for s in (Steps.of_logistic(scale), Steps.of_tanh(scale)):
        assert 0 < s.multiplier < 1 << 16
        assert 0 <= s.shift <= 31
        assert (s.multiplier << 15) + (1 << s.shift >> 1) < 1 << 31


def test_powers_of_two_are_exact() -> None:
    """A power of two by its exponent, and by its value where that is told apart."""
    assert Steps.of_power(-12) == Steps(3, 0) == Steps.of_logistic(2.0**-12 * 1.0006)
    assert Steps.of_power(-11) == Steps(6, 0) == Steps.of_tanh(2.0**-11)
    assert Steps.of_power(-15) == Steps(3, 3)
    assert Steps.of_logistic(2.0**-12 * 1.0008) != Steps(3, 0)
