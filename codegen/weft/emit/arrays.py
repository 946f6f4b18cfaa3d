"""Constants of the generated C: arrays with their C types, and shapes as text."""

from __future__ import annotations

import numpy as np

from weft.emit.literals import c_numbers
from weft.emit.view import ArrayView
from weft.ir import DType
from weft.ops.base import Values

_C_TYPES = {np.dtype(d.numpy.name): d.c_name for d in DType} | {
    np.dtype("uint16"): "uint16_t",
    np.dtype("uint32"): "uint32_t",
}


def array_view(symbol: str, values: Values, about: str) -> ArrayView:
    """A constant array; `about` is its comment."""
    c_type = _C_TYPES[np.dtype(values.dtype)]
    return ArrayView(symbol, c_type, values.size, c_numbers(values), about)


def shape_text(shape: tuple[int, ...]) -> str:
    """1x28x28x1."""
    return "x".join(map(str, shape)) or "scalar"
