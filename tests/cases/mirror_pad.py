"""MIRROR_PAD of images: rows, columns and channels, with the edge or without."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.borders import tensors
from cases.common import Case, Draw, shapes


@st.composite
def _cases(draw: Draw) -> Case:
    b, mode = ModelBuilder(), draw(st.sampled_from(("REFLECT", "SYMMETRIC")))
    shape = [1, *draw(shapes(3, 3, 7))] if draw(st.booleans()) else draw(shapes(1, 3, 6))
    most = [n - (mode == "REFLECT") for n in shape]
    pads = [[draw(st.integers(0, n)), draw(st.integers(0, n))] for n in most]
    if len(shape) == 4:
        pads[0] = [0, 0]
        if draw(st.booleans()):
            pads[3] = [0, 0]
    output = [before + n + after for n, (before, after) in zip(shape, pads, strict=True)]
    tensor = draw(tensors("int8", "int8", "int16", "float32"))
    x, y = b.tensor(shape, **tensor), b.tensor(output, **tensor)
    b.operator("MIRROR_PAD", [x, b.constant(pads, dtype="int32")], [y], mode=mode)
    return Case.of(b, [x], [y], shape=shape, pads=pads, mode=mode, tensor=tensor)


cases = _cases()
