"""Functions of int16 by linear interpolation between 513 of their values.

TensorFlow Lite fills such tables in float32 when it loads a model. The tables here come from the
same operations of float32, one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from weft.ops.base import Check, Kernel, OpView, Params, Values, array
from weft.ops.elementwise.elementwise import is_int16
from weft.ops.elementwise.float_functions import Reals
from weft.quant import Ints

Function = Callable[[OpView], Callable[[Reals], Reals]]
"""The real function of an operator; it may depend on the quantization."""

_INTERVALS = 512
_LIMITS = np.iinfo(np.int16)


def _round(x: Reals) -> Reals:
    """C's roundf: to nearest, halves away from zero."""
    wide = x.astype(np.float64)
    rounded: Reals = np.copysign(np.floor(np.abs(wide) + 0.5), wide).astype(np.float32)
    return rounded


def entries(function: Callable[[Reals], Reals], least: Any, greatest: Any, unit: Any) -> Reals:
    """513 values of a function over a range, in units of the output, before they are clamped.

    An entry takes half of the error that interpolation makes in the middle of its interval; the
    last one ends the last interval.
    """
    f32 = np.float32
    step = f32((greatest - least) / f32(_INTERVALS))
    half = f32(step / f32(2))
    places = np.arange(_INTERVALS).astype(f32)
    per_unit = f32(65536) / f32(f32(unit * f32(_LIMITS.max)) - f32(unit * f32(_LIMITS.min)))
    starts = (least + places * step).astype(f32)
    with np.errstate(over="ignore", invalid="ignore"):
        here = _round(function(starts) * per_unit)
        following = function((least + (places + f32(1)) * step).astype(f32)) * per_unit
        middle = _round(function((starts + half).astype(f32)) * per_unit)
        error = _round((following + here) / f32(2)) - middle
        last = _round(function(np.array([greatest], f32)) * per_unit)
        found: Reals = np.concatenate([here - _round(error / f32(2)), last])
    return found


def clamped(table: Reals) -> Ints:
    """Entries as they are stored, int16."""
    return np.clip(table, _LIMITS.min, _LIMITS.max).astype(np.int64)


def interpolated(x: Ints, table: Ints) -> Ints:
    """The function of a table at int16 x.

    TensorFlow Lite keeps the difference of neighbors and the result in int16, where they wrap.
    """
    index, rest = (x >> 7) + 256, x & 127
    slope = _wrap16(table[index + 1] - table[index])
    return _wrap16(table[index] + ((slope * rest + 64) >> 7))


def _wrap16(x: Ints) -> Ints:
    return np.asarray(x).astype(np.int16).astype(np.int64)


def interpolation(op: OpView, values: Values | None, function: Function) -> Values:
    """The outputs of an operator from int16 to int16."""
    found = interpolated(np.asarray(values, np.int64), clamped(_entries(op, function)))
    outputs: Values = found.astype(np.int16)
    return outputs


def _entries(op: OpView, function: Function) -> Reals:
    scale = np.float32(op.input(0).q.s)
    least, greatest = (scale * np.float32(end) for end in (_LIMITS.min, _LIMITS.max))
    return entries(function(op), least, greatest, np.float32(op.output.q.s))


def interpolation_kernel(function: Function) -> Kernel:
    """The kernel for int16 tensors."""

    def params(op: OpView) -> Params:
        _, pixels, channels = op.output.rows
        table = array(clamped(_entries(op, function)), "int16")
        return {"table": table, "elements": pixels * channels}

    return Kernel(
        symbol="weft_interpolate_s16",
        struct="weft_interpolate_s16_params",
        source="interpolate_s16.c",
        header="interpolate_s16.h",
        params=params,
        when=is_int16,
        why="interpolation in a table of 513 values",
        in_place=True,
    )


def finite(function: Function) -> Check:
    """What the table of int16 is made of fits float32; else TensorFlow Lite's is undefined."""

    def check(op: OpView) -> str | None:
        "for int16, all values of the function in steps of the output are finite in float32"
        if not is_int16(op) or np.isfinite(_entries(op, function)).all():
            return None
        return f"the scales are {op.input(0).q.s:.9g} and {op.output.q.s:.9g}"

    return check
