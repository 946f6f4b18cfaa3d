"""Comparisons.

The interpreter aborts where a scale is 1 or more; the formula has no need to.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from cases.common import Case
from cases.elementwise import elementwise


def _any_scale(first: float, second: float) -> st.SearchStrategy[float]:
    return st.just(first)


def _below_one(dtype: str, first: float, second: float, _: float) -> bool:
    return dtype != "int8" or max(first, second) < 1


def comparisons(builtin: str, *dtypes: str) -> st.SearchStrategy[Case]:
    """Cases of one operator."""
    found: Any = elementwise(
        builtin,
        _any_scale,
        dtypes=dtypes,
        output_dtype="bool",
        fused=False,
        interpretable=_below_one,
    )
    return found
