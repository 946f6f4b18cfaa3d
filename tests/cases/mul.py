"""MUL.

The interpreter multiplies the scales in float32, TensorFlow Lite Micro (which counts) in double:
they are compared where both give the same product.
"""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from cases.common import powers
from cases.elementwise import elementwise
from cases.sums import ARITHMETIC


def _output_scale(first: float, second: float) -> st.SearchStrategy[float]:
    """A hundred times the product of the operands' scales, or far from it."""
    product = max(first * second, 1e-30)
    return (powers(2, 10) | powers(10, 18) | powers(-12, 33)).map(lambda x: product * x)


def _single_is_double(dtype: str, first: float, second: float, output: float) -> bool:
    if dtype == "int32":
        return True
    a, b, y = (np.float32(s) for s in (first, second, output))
    return float(a * b / y) == float(a) * float(b) / float(y)


cases = elementwise(
    "MUL",
    _output_scale,
    dtypes=ARITHMETIC,
    simple_scales=True,
    interpretable=_single_is_double,
)
