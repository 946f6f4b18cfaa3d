"""SUB.

The interpreter takes quotients of scales in double, TensorFlow Lite Micro (which counts) in
float32: they are compared where both give the same.
"""

from __future__ import annotations

import numpy as np

from cases.elementwise import elementwise
from cases.sums import ARITHMETIC, output_scale


def _single_is_double(dtype: str, first: float, second: float, output: float) -> bool:
    if dtype == "int32":
        return True
    common = np.float32(2 * max(first, second))
    unit = np.float32((1 << (20 if dtype == "int8" else 15)) * np.float32(output))
    pairs = [(np.float32(first), common), (np.float32(second), common), (common, unit)]
    return all(float(a / b) == float(a) / float(b) for a, b in pairs)


cases = elementwise(
    "SUB",
    output_scale,
    dtypes=ARITHMETIC,
    simple_scales=True,
    interpretable=_single_is_double,
    pot_scale_int16=False,
)
