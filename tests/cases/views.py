"""EXPAND_DIMS and SQUEEZE, in front of and behind an operator that does something."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw
from cases.movement import Tensors, boxes, element_types, parameter, signed


@st.composite
def views(draw: Draw, builtin: str) -> Case:
    """A view, with a REVERSE_V2 around it or without."""
    b, dtype, short = ModelBuilder(), draw(element_types()), draw(boxes(5))
    make, axis = Tensors(draw, b, dtype), draw(st.integers(0, len(short)))
    long = [*short[:axis], 1, *short[axis:]]
    before, after = (short, long) if builtin == "EXPAND_DIMS" else (long, short)
    kind = draw(st.sampled_from(("alone", "front", "behind", "twice")))
    x = at = make(before)
    if kind in ("behind", "twice"):
        at = _reversed(b, make, at, before)
    y = make(after)
    given = signed(draw, axis, len(long))
    if builtin == "EXPAND_DIMS":
        b.operator(builtin, [at, parameter(b, given)], [y])
    else:
        b.operator(builtin, [at], [y], squeeze_dims=[given])
    if kind in ("front", "twice"):
        y = _reversed(b, make, y, after)
    return Case.of(b, [x], [y], kind=kind, before=before, after=after, dtype=dtype)


def _reversed(b: ModelBuilder, make: Tensors, x: int, shape: list[int]) -> int:
    y = make(shape)
    b.operator("REVERSE_V2", [x, parameter(b, [0])], [y])
    return y
