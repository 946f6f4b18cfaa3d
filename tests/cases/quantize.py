"""QUANTIZE: from float32, and between types and scales."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.common import Case, Draw, powers, scales, shapes, zero_points

_FROM_FLOAT = tuple(("float32", target) for target in ("int8", "uint8", "int16"))
_BYTES = (("int8", "int8"), ("uint8", "int8"), ("int8", "uint8"), ("uint8", "uint8"))
_NARROWER = (("int16", "int8"), ("int16", "int16"), ("int32", "int8"), ("int32", "int16"))
_WIDER = (("int16", "int32"), ("int8", "int16"), ("int8", "int32"))
_NOT_INTERPRETED = _WIDER[1:]


@st.composite
def _cases(draw: Draw) -> Case:
    b, shape, scale = ModelBuilder(), draw(shapes(1, 4)), draw(scales())
    kind = draw(st.sampled_from((_FROM_FLOAT, _BYTES, _NARROWER, _WIDER)))
    source, target = draw(st.sampled_from(kind))
    usual = {"int32": 16, "int16": 4}.get(source, 0) - {"int32": 16, "int16": 4}.get(target, 0)
    ratio = draw(powers(usual - 3, usual + 3) | powers(usual - 8, usual + 12))
    if source == target:
        ratio = draw(st.just(1.0) | st.just(ratio))

    def tensor(dtype: str, scale: float) -> int:
        if dtype == "float32":
            return b.tensor(shape, dtype=dtype)
        zero_point = draw(zero_points()) + (128 if dtype == "uint8" else 0)
        return b.tensor(shape, scale, zero_point if "int8" in dtype else 0, dtype=dtype)

    x, y = tensor(source, scale), tensor(target, scale * ratio)
    b.operator("QUANTIZE", [x], [y])
    about = {"types": (source, target), "shape": shape, "scale": scale, "ratio": ratio}
    return Case.of(b, [x], [y], interpreter=(source, target) not in _NOT_INTERPRETED, **about)


cases = _cases()
