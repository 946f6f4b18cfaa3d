"""SOFTMAX of int16: exponentials and the reciprocal of their sum by interpolation in two tables.

The tables are the same for all models. TensorFlow Lite Micro fills them in float32, LiteRT in
double, which makes a difference of one in two entries; these are those of TensorFlow Lite Micro.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from weft.ir import DType
from weft.ops.base import Kernel, OpView, Params, array
from weft.ops.elementwise.float_functions import Reals, exp
from weft.ops.elementwise.interpolation import clamped, entries, interpolated
from weft.quant import Ints, Requant, count_leading_zeros, requantize

_RANGE = 10.0  # differences of real inputs beyond it have exponential 0
_MOST_CLASSES = 1 << 16
_INT16_MAX = 32767
_CEILING = 98304  # from the normalized sum, 1 to 2 in Q2.14 or so, to the table's int16 inputs


def _reciprocal(x: Reals) -> Reals:
    found: Reals = np.float32(1) / (np.float32(1) + x)
    return found


@cache
def tables() -> tuple[Ints, Ints]:
    """exp over -10 to 0 and 1 / (1 + x) over 0 to 1, for int16 inputs that span the range."""
    f32 = np.float32
    step, unit = f32(_RANGE) / f32(65535), f32(2) / f32(65535)
    exponential = entries(exp, f32(step * f32(-65535)), f32(step * f32(0)), unit)
    step = f32(1) / f32(65535)
    reciprocal = entries(_reciprocal, f32(step * f32(0)), f32(step * f32(65535)), unit)
    return clamped(exponential), clamped(reciprocal)


def _rescale(op: OpView) -> Requant:
    """From input steps to those of the table of exponentials."""
    return Requant.of(op.input(0).q.s * op.attrs.beta / (_RANGE / 65535))


def not_too_flat(op: OpView) -> str | None:
    "it is positive and below 2"
    product = op.attrs.beta * op.input(0).q.s
    return None if 0 < product < 2 else f"it is {product:.9g}"


def few_classes(op: OpView) -> str | None:
    "at most 65536"
    classes = op.input(0).shape[-1]
    return None if classes <= _MOST_CLASSES else f"there are {classes}"


def softmax(op: OpView, pixel: Ints) -> Ints:
    """The outputs of one pixel."""
    exponential, reciprocal = tables()
    rescale = _rescale(op)
    scaled = requantize(pixel - pixel.max(), rescale.multiplier, rescale.shift)
    found = interpolated(np.maximum(scaled + _INT16_MAX, -_INT16_MAX - 1), exponential)
    total = int(found.sum())
    zeros = count_leading_zeros(total)
    normalized = ((total << (zeros - 1)) + (1 << 13)) >> 14
    inverse = int(interpolated(np.array(min(normalized - _CEILING, _INT16_MAX)), reciprocal))
    shift = 31 - zeros
    outputs: Ints = (found * inverse + (1 << (shift - 1))) >> shift
    return np.clip(outputs, 0, _INT16_MAX)


def _params(op: OpView) -> Params:
    _, pixels, channels = op.output.rows
    exponential, reciprocal = tables()
    rescale = _rescale(op)
    return {
        "exponential": array(exponential, "int16"),
        "reciprocal": array(reciprocal, "int16"),
        "multiplier": rescale.multiplier,
        "shift": rescale.shift,
        "pixels": pixels,
        "channels": channels,
    }


def _wide(op: OpView) -> bool:
    return op.input(0).dtype is DType.INT16


KERNEL = Kernel(
    symbol="weft_softmax_s16",
    struct="weft_softmax_s16_params",
    source="softmax_s16.c",
    header="softmax_s16.h",
    params=_params,
    when=_wide,
    why="interpolation in tables, one pixel after the other",
)
