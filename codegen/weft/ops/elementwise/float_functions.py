"""exp and log in float32, to the last bit as those C libraries have them that run TensorFlow Lite.

glibc, musl, bionic and newlib share one way: reduce the argument, evaluate a short polynomial in
double, and round once. That is the nearest float32 but for about one of a thousand arguments, and
those decide now and then how an entry of a quantized table is rounded. So the way is followed
here, not the definition. (A processor that fuses multiplications with additions differs in about
one of ten million.)
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float32]

_EXP_PARTS = 32  # of an octave
_ROOTS = np.array([float(Decimal(2) ** (Decimal(i) / _EXP_PARTS)) for i in range(_EXP_PARTS)])
_EXP_SCALE = float.fromhex("0x1.71547652b82fep+0") * _EXP_PARTS  # over ln(2)
_EXP_A = float.fromhex("0x1.c6af84b912394p-5") / _EXP_PARTS**3
_EXP_B = float.fromhex("0x1.ebfce50fac4f3p-3") / _EXP_PARTS**2
_EXP_C = float.fromhex("0x1.62e42ff0c52d6p-1") / _EXP_PARTS
_EXP_RANGE = -104.0, 89.0  # 0 below and infinite above

_LN2 = float.fromhex("0x1.62e42fefa39efp-1")
_LOG_A = float.fromhex("-0x1.00ea348b88334p-2")
_LOG_B = float.fromhex("0x1.5575b0be00b6ap-2")
_LOG_C = float.fromhex("-0x1.ffffef20a4123p-2")
_LOG_FIRST = 0x3F330000  # the float32 bits at which the first of 16 parts begins, about 0.7
_RECIPROCALS = np.array(
    [
        float.fromhex("0x1." + digits)
        for digits in (
            "661ec79f8f3bep+0 571ed4aaf883dp+0 49539f0f010b0p+0 3c995b0b80385p+0 "
            "30d190c8864a5p+0 25e227b0b8ea0p+0 1bb4a4a1a343fp+0 12358f08ae5bap+0 "
            "0953f419900a7p+0 0000000000000p+0 e608cfd9a47acp-1 ca4b31f026aa0p-1 "
            "b2036576afce6p-1 9c2d163a1aa2dp-1 886e6037841edp-1 767dcf5534862p-1"
        ).split()
    ]
)  # of a number in the middle of each part
_LOGS = np.array([-float(Decimal(float(r)).ln()) for r in _RECIPROCALS])
_LEAST_NORMAL = np.float32(2.0**-126)


def exp(x: Reals) -> Reals:
    """2**(k / 32) by a table, times a polynomial of what is left of the exponent."""
    scaled = _EXP_SCALE * np.clip(x.astype(np.float64), *_EXP_RANGE)
    whole = np.rint(scaled)
    rest, number = scaled - whole, whole.astype(np.int64)
    power = np.ldexp(_ROOTS[number % _EXP_PARTS], number // _EXP_PARTS)
    polynomial = (_EXP_A * rest + _EXP_B) * (rest * rest) + (_EXP_C * rest + 1.0)
    with np.errstate(over="ignore", under="ignore"):
        found: Reals = (polynomial * power).astype(np.float32)
    return found


def log(x: Reals) -> Reals:
    """k * ln(2), the logarithm of a number near the mantissa, and a polynomial of their quotient.

    For x > 0.
    """
    denormal = x < _LEAST_NORMAL
    larger = np.minimum(x, _LEAST_NORMAL) * np.float32(2.0**23)
    bits = np.where(denormal, larger, x).view(np.int32).astype(np.int64)
    part, octave = ((bits - _LOG_FIRST) >> 19) & 15, (bits - _LOG_FIRST) >> 23
    mantissa = (bits - (octave << 23)).astype(np.int32).view(np.float32).astype(np.float64)
    rest = mantissa * _RECIPROCALS[part] - 1.0
    square = rest * rest
    near = _LOGS[part] + (octave - 23 * denormal) * _LN2 + rest
    found: Reals = ((_LOG_A * square + (_LOG_B * rest + _LOG_C)) * square + near).astype(np.float32)
    return found
