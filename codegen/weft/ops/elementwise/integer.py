"""Arithmetic of plain int32, which wraps, as converters leave it around shapes and indices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from weft.ir import DType
from weft.ops.activation import Activation, Fused, clamp_range
from weft.ops.base import Kernel, OpView, Params, Values
from weft.ops.broadcast import PAIR, Operands, broadcast_kernels
from weft.quant import Ints, Quant, wrap32

_PLAIN = Quant((1.0,), (0,))


@dataclass(frozen=True, slots=True)
class ArithmeticAttrs:
    """The options of ADD, SUB and MUL."""

    activation: Fused


def is_int32(op: OpView) -> bool:
    """Whether the operator computes with plain integers."""
    return op.output.dtype is DType.INT32


def on_int32(
    op: OpView, inputs: Sequence[Values | None], function: Callable[..., Ints]
) -> tuple[Values, ...]:
    """The exact outputs of a function of integers: modulo 2^32, then clamped."""
    made = wrap32(function(*(np.asarray(values, np.int64) for values in inputs)))
    return (np.clip(made, *_limits(op)).astype(np.int32),)


def _limits(op: OpView) -> tuple[int, int]:
    activation = getattr(op.attrs, "activation", Activation.NONE)
    return clamp_range(activation, _PLAIN, *DType.INT32.limits)


def combination(factor1: int, factor2: int, operands: Operands = PAIR) -> tuple[Kernel, ...]:
    """Kernels for factor1 * operand 1 + factor2 * operand 2."""

    def params(op: OpView) -> Params:
        lo, hi = _limits(op)
        return {"factor1": factor1, "factor2": factor2, "lo": lo, "hi": hi}

    return broadcast_kernels("weft_combine_s32", "integer", params, is_int32, operands=operands)


def multiplication() -> tuple[Kernel, ...]:
    """Kernels for operand 1 * operand 2."""

    def params(op: OpView) -> Params:
        lo, hi = _limits(op)
        return {"factor1": 0, "factor2": 0, "lo": lo, "hi": hi}

    return broadcast_kernels("weft_multiply_s32", "integer", params, is_int32)
