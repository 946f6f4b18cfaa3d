"""RANGE, upwards and downwards."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw


@st.composite
def _cases(draw: Draw) -> Case:
    b, number = ModelBuilder(), st.integers(-20, 20)
    start, delta = draw(number), draw(number.filter(bool))
    sign = 1 if delta > 0 else -1
    limit = start + delta * draw(st.integers(1, 5)) - sign * draw(st.integers(0, abs(delta) - 1))
    parts = [b.constant(n, dtype="int32") for n in (start, limit, delta)]
    y = b.tensor((len(range(start, limit, delta)),), dtype="int32")
    b.operator("RANGE", parts, [y])
    x = b.tensor((1,), 0.5)
    return Case.of(b, [x], [y], start=start, limit=limit, delta=delta)


cases = _cases()
