"""EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS and LESS_EQUAL, with broadcasting.

int8 operands are compared by their real values, in fixed point; others as they are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from weft.ir import DType
from weft.ops.base import Kernel, OpView, Params, Values
from weft.ops.broadcast import broadcast_kernels
from weft.ops.checks import named, takes, unsuitable
from weft.ops.elementwise.elementwise import BROADCASTING, Broadcasting
from weft.ops.elementwise.logical import is_bool, logical_kernels
from weft.quant import Ints, Requant, requantize

_FRACTION = 8  # bits by which int8 operands are shifted left before they are scaled
_GREATEST_SCALE = 2.0**14  # up to it nothing is shifted out of 32 bits

_LESS, _SAME, _MORE = 0b001, 0b010, 0b100
"""Cases of runtime/include/weft/compare.h in which an operator is true."""


def _output_is_bool(op: OpView) -> str | None:
    "the output is bool"
    dtype = op.output.dtype
    return None if dtype is DType.BOOL else f"{named(op.output)} is {dtype.value}"


def _operand_types(*plain: DType) -> Callable[[OpView], str | None]:
    def check(op: OpView) -> str | None:
        a, b = op.input(0), op.input(1)
        if a.dtype is DType.INT8 or b.dtype is DType.INT8:
            return unsuitable((a, b), DType.INT8)
        wrong = [t for t in (a, b) if t.dtype not in plain]
        if wrong:
            return f"{named(wrong[0])} is {wrong[0].dtype.value}"
        return None if a.dtype is b.dtype else f"they are {a.dtype.value} and {b.dtype.value}"

    names = ", or two ".join(dtype.value for dtype in plain)
    check.__doc__ = f"operands are two int8 with one scale and one zero point each, or two {names}"
    return check


def _scales_in_reach(op: OpView) -> str | None:
    "scales of int8 operands are at most 2^14"
    if not _is_int8(op):
        return None
    scale = max(op.input(i).q.s for i in (0, 1))
    return None if scale <= _GREATEST_SCALE else f"one is {scale:.9g}"


def _is_int8(op: OpView) -> bool:
    return op.input(0).dtype is DType.INT8


def _is_int32(op: OpView) -> bool:
    return op.input(0).dtype is DType.INT32


def _scale(op: OpView, position: int) -> Requant:
    return Requant.of(op.input(position).q.s)


def _real(op: OpView, position: int, values: Values | None) -> Ints:
    """An int8 operand's values in units of 2^-8."""
    shifted = (np.asarray(values, np.int64) - op.input(position).q.zp) << _FRACTION
    scale = _scale(op, position)
    real: Ints = requantize(shifted, scale.multiplier, scale.shift)
    return real


def _compares_stored(op: OpView) -> bool:
    """Whether int8 operands compare as their stored values do: of one scale and zero point, by
    which no two values become the same."""
    if not _is_int8(op) or op.input(0).q != op.input(1).q:
        return False
    return bool((np.diff(_real(op, 0, np.arange(-128, 128))) > 0).all())


def _compare(
    op: OpView, inputs: Sequence[Values | None], function: Callable[..., Any]
) -> tuple[Values, ...]:
    if _is_int8(op):
        first, second = (_real(op, i, values) for i, values in enumerate(inputs))
    else:
        first, second = (np.asarray(values) for values in inputs)
    return (np.asarray(function(first, second), np.bool_),)


def _scaled_params(truth: int) -> Callable[[OpView], Params]:
    def params(op: OpView) -> Params:
        first, second = _scale(op, 0), _scale(op, 1)
        return {
            "zero1": op.input(0).q.zp,
            "zero2": op.input(1).q.zp,
            "multiplier1": first.multiplier,
            "shift1": first.shift,
            "multiplier2": second.multiplier,
            "shift2": second.shift,
            "truth": truth,
        }

    return params


def _kernels(truth: int) -> tuple[Kernel, ...]:
    def plain(_: OpView) -> Params:
        return {"truth": truth}

    return (
        *broadcast_kernels("weft_compare_plain_s8", "compare", plain, _compares_stored),
        *broadcast_kernels("weft_compare_s8", "compare_s8", _scaled_params(truth), _is_int8),
        *broadcast_kernels("weft_compare_s32", "compare", plain, _is_int32),
    )


_SHAPES = (_output_is_bool, *BROADCASTING, _scales_in_reach)
_ORDER = (takes(2), _operand_types(DType.INT32), *_SHAPES)
_EQUALITY = (takes(2), _operand_types(DType.INT32, DType.BOOL), *_SHAPES)


class Equal(Broadcasting):
    """out = a == b, element by element."""

    name = "equal"
    tflite = "EQUAL"
    options = "EqualOptions"
    checks = _EQUALITY
    kernels = (*_kernels(_SAME), *logical_kernels(0b1001, is_bool))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _compare(op, inputs, np.equal)


class NotEqual(Broadcasting):
    """out = a != b, element by element."""

    name = "not_equal"
    tflite = "NOT_EQUAL"
    options = "NotEqualOptions"
    checks = _EQUALITY
    kernels = (*_kernels(_LESS | _MORE), *logical_kernels(0b0110, is_bool))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _compare(op, inputs, np.not_equal)


class Greater(Broadcasting):
    """out = a > b, element by element."""

    name = "greater"
    tflite = "GREATER"
    options = "GreaterOptions"
    checks = _ORDER
    kernels = _kernels(_MORE)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _compare(op, inputs, np.greater)


class GreaterEqual(Broadcasting):
    """out = a >= b, element by element."""

    name = "greater_equal"
    tflite = "GREATER_EQUAL"
    options = "GreaterEqualOptions"
    checks = _ORDER
    kernels = _kernels(_SAME | _MORE)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _compare(op, inputs, np.greater_equal)


class Less(Broadcasting):
    """out = a < b, element by element."""

    name = "less"
    tflite = "LESS"
    options = "LessOptions"
    checks = _ORDER
    kernels = _kernels(_LESS)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _compare(op, inputs, np.less)


class LessEqual(Broadcasting):
    """out = a <= b, element by element."""

    name = "less_equal"
    tflite = "LESS_EQUAL"
    options = "LessEqualOptions"
    checks = _ORDER
    kernels = _kernels(_LESS | _SAME)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        return _compare(op, inputs, np.less_equal)
