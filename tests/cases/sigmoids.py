"""LOGISTIC and TANH.

For int8 the interpreter makes a table with floating point. That differs at ties, which powers of
two have, and where the fixed point of TensorFlow Lite Micro, which counts, is at its end. For int16
it computes as TensorFlow Lite Micro.
"""

from __future__ import annotations

import math

from hypothesis import strategies as st

from cases.common import powers
from cases.unary import Quantization

_POWERS = tuple(2.0**e for e in (-13, -12, -11, -10, -4))

INPUT_SCALES = powers(-9, 0) | powers(-13, -9) | powers(-27, 2) | st.sampled_from(_POWERS)


def same_table(source: Quantization, made: Quantization) -> bool:
    """Whether the interpreter's table is the exact one."""
    int16 = made == (2.0**-15, 0)
    return int16 or (math.frexp(source[0])[0] != 0.5 and source[0] < 1)
