"""exp and log in float32: what the C library of this machine says, if it is one of those."""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Callable

import numpy as np
import pytest

from weft.ops.elementwise.float_functions import Reals, exp, log

COUNT = 20_000
FUSED = 2  # differences that a processor with fused multiplications may make among so many


def libm(name: str) -> Callable[[Reals], Reals]:
    """A function of the C library, for arrays."""
    function = getattr(ctypes.CDLL("libm.so.6"), name)
    function.restype, function.argtypes = ctypes.c_float, [ctypes.c_float]
    return lambda x: np.array([function(float(value)) for value in x], np.float32)


def some(least: float, greatest: float) -> Reals:
    """Random numbers, the same every time."""
    return np.random.default_rng(1).uniform(least, greatest, COUNT).astype(np.float32)


CASES = {
    "exp": (exp, "expf", some(-110, 95)),
    "exp near 0": (exp, "expf", some(-0.1, 0.1)),
    "log": (log, "logf", np.exp(some(-87, 88))),
    "log near 1": (log, "logf", some(0.6, 1.5)),
    "log of denormal numbers": (log, "logf", some(2, 1000) * np.float32(2.0**-140)),
}


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
@pytest.mark.parametrize("case", CASES)
def test_last_bit(case: str) -> None:
    """Equal, to the last bit; what is nearest to the true value differs more often."""
    function, name, x = CASES[case]
    assert (function(x) != libm(name)(x)).sum() <= FUSED


def test_ends() -> None:
    """Overflow, underflow, and arguments whose results are exact."""
    x = np.array([-1e4, -104, 0, 89, 1e4, np.inf, -np.inf], np.float32)
    assert exp(x).tolist() == [0, 0, 1, np.inf, np.inf, np.inf, 0]
    assert log(np.array([1, 2.0**-149], np.float32)).tolist() == [0, np.float32(-149 * np.log(2))]
