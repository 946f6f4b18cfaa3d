"""LOG_SOFTMAX over the last axis, int8 to int8 with scale 1/16 and zero point 127."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.fixed_point import logarithm
from weft.ir import Node
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array
from weft.ops.checks import computed, int8_operands, named, same_shape, takes
from weft.ops.reduction.exponentials import (
    INTEGER_BITS,
    SUM_BITS,
    SoftmaxAttrs,
    by_difference,
    exponentials,
    few_classes,
    has_axes,
    not_too_flat,
    real_multiplier,
)
from weft.quant import Ints, Requant, requantize, shift_right_round, wrap32

_OUTPUT_BITS = 22  # from Q5.26 to steps of 1/16


def _output_quantization(op: OpView) -> str | None:
    "the output has scale 1/16 and zero point 127"
    quant = op.output.q
    if quant.s == 1 / 16 and quant.zp == 127:
        return None
    return f"{named(op.output)} has {quant.s:.9g} and {quant.zp}"


def _scalings(op: OpView) -> tuple[Requant, Requant]:
    """From input steps to Q5.26, and back."""
    there = Requant.of(real_multiplier(op))
    return there, Requant.of((1 << (31 - there.shift)) / there.multiplier)


def _summands(op: OpView) -> Ints:
    """exp(-i * scale) in Q12.19 for i = 0, 1, ... as far as it counts."""
    found: Ints = shift_right_round(exponentials(op), SUM_BITS)
    return found


def _params(op: OpView) -> Params:
    _, pixels, channels = op.output.rows
    summands = array(_summands(op), "int32")
    there, back = _scalings(op)
    return {
        "exponentials": summands,
        "entries": len(summands),
        "multiplier": there.multiplier,
        "shift": there.shift,
        "reverse_multiplier": back.multiplier,
        "reverse_shift": back.shift,
        "pixels": pixels,
        "channels": channels,
    }


def _log_softmax(op: OpView, pixel: Ints) -> Values:
    """The outputs of one pixel."""
    there, back = _scalings(op)
    known = _summands(op)
    summands = by_difference(known)
    differences = pixel - pixel.max()
    total = logarithm(int(summands[-differences].sum()), SUM_BITS, INTEGER_BITS)
    reversed_ = int(requantize(wrap32(total - (1 << 31)), back.multiplier, back.shift))
    scaled = wrap32(requantize(differences, there.multiplier, there.shift) - total)
    outputs = np.clip(shift_right_round(scaled, _OUTPUT_BITS) + 127, -128, 127)
    counts = differences > max(reversed_, -len(known))
    found: Values = np.where(counts, outputs, -128).astype(np.int8)
    return found


class LogSoftmax(Operator):
    """out = x - log(sum of exp(x)), over the last axis."""

    name = "log_softmax"
    tflite = "LOG_SOFTMAX"
    options = "LogSoftmaxOptions"
    checks = (
        takes(1),
        computed(0, "input"),
        int8_operands,
        has_axes,
        same_shape,
        _output_quantization,
        not_too_flat,
        few_classes,
    )
    kernels = (
        Kernel(
            symbol="weft_log_softmax_s8",
            struct="weft_log_softmax_s8_params",
            source="log_softmax_s8.c",
            header="log_softmax_s8.h",
            params=_params,
            why="exponentials from a table, one pixel after the other",
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> SoftmaxAttrs:
        return SoftmaxAttrs(beta=1.0)

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        values = np.asarray(inputs[0], np.int64)
        outputs = [_log_softmax(op, pixel) for pixel in values.reshape(-1, values.shape[-1])]
        return (np.stack(outputs).reshape(values.shape),)
