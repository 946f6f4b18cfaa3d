"""CAST: from each type to each."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, shapes

_TYPES = ("int8", "uint8", "int16", "int32", "int64", "bool", "float32")


@st.composite
def _cases(draw: Draw) -> Case:
    """Floats come out of a DEQUANTIZE, so that they are no whole numbers and fit; or they do not
    fit, which the interpreter does not define."""
    b, shape = ModelBuilder(), draw(shapes(1, 4))
    source, target = draw(st.sampled_from(_TYPES)), draw(st.sampled_from(_TYPES))
    fits = draw(st.booleans())
    y = b.tensor(shape, 30.0 if target in ("int8", "uint8", "int16") else None, dtype=target)
    if source == "float32" and fits:
        x = b.tensor(shape, 0.7, -128 if target == "uint8" else 0)
        made = b.tensor(shape, dtype=source)
        b.operator("DEQUANTIZE", [x], [made])
    else:
        x = made = b.tensor(shape, dtype=source)
    b.operator("CAST", [made], [y])
    interpreter = source != "float32" or fits
    return Case.of(b, [x], [y], interpreter=interpreter, types=(source, target), shape=shape)


cases = _cases()
