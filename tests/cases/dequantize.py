"""DEQUANTIZE from int8, uint8 and int16."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.borders import tensors
from cases.common import Case, Draw, shapes


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape, tensor = ModelBuilder(), draw(shapes(1, 4)), draw(tensors("int8", "uint8", "int16"))
    x, y = b.tensor(shape, **tensor), b.tensor(shape, dtype="float32")
    b.operator("DEQUANTIZE", [x], [y])
    return Case.of(b, [x], [y], shape=shape, tensor=tensor)


cases = _cases()
