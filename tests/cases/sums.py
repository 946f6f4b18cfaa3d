"""Output scales of ADD and SUB."""

from __future__ import annotations

from hypothesis import strategies as st

from cases.common import powers

ARITHMETIC = (*("int8",) * 4, "int16", "int32")


def output_scale(first: float, second: float) -> st.SearchStrategy[float]:
    """Around the greater operand's, often such that sums are halves of a step; rarely so fine that
    nearly every sum saturates."""
    greater = max(first, second)
    twos = (st.sampled_from(given) for given in ((1.0, 2.0, 4.0), (1.0, 2.0), (2.0, 4.0)))
    return st.one_of(powers(-2, 4), powers(-13, 12), *twos).map(lambda x: greater * x)
