"""SOFTMAX over the last axis, int8 to int8 with scale 1/256 and zero point -128."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weft.fixed_point import exp_negative, input_radius, reciprocal_one_plus
from weft.ir import Node
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array
from weft.ops.checks import int8_operands, named, same_shape, takes
from weft.quant import (
    INT32_MAX,
    Ints,
    Requant,
    count_leading_zeros,
    f32,
    high_mul,
    shift_right_round,
    wrap32,
)

_INTEGER_BITS = 5  # of the scaled difference to the greatest input
_SUM_BITS = 12  # integer bits of the sum of exponentials
_MAX_CLASSES = (1 << _SUM_BITS) - 1


@dataclass(frozen=True, slots=True)
class SoftmaxAttrs:
    """out = exp(beta * x) / sum of exp(beta * x); `beta` is a float32 value."""

    beta: float


def _real_multiplier(op: OpView) -> float:
    """From input steps to the fixed point of the exponential."""
    fraction = 1 << (31 - _INTEGER_BITS)
    return min(float(op.attrs.beta * op.input(0).q.s * fraction), float(INT32_MAX))


def _exponentials(op: OpView) -> Ints:
    """exp(beta * scale * -i) in Q0.31 for i = 0, 1, ... as far as it counts."""
    rescale = Requant.of(_real_multiplier(op))
    count = min(input_radius(_INTEGER_BITS, rescale.shift), 255) + 1
    scaled = wrap32(-np.arange(count, dtype=np.int64) << rescale.shift)
    exponentials: Ints = exp_negative(high_mul(scaled, rescale.multiplier), _INTEGER_BITS)
    return exponentials


def _has_axes(op: OpView) -> str | None:
    "the input has one dimension or more"
    return None if op.input(0).shape else f"{named(op.input(0))} has none"


def _output_quantization(op: OpView) -> str | None:
    "the output has scale 1/256 and zero point -128"
    quant = op.output.q
    if quant.s == 1 / 256 and quant.zp == -128:
        return None
    return f"{named(op.output)} has {quant.s:.9g} and {quant.zp}"


def _not_too_flat(op: OpView) -> str | None:
    "beta times the input's scale is above 2^-26"
    product = op.attrs.beta * op.input(0).q.s
    return None if product * (1 << 26) > 1 else f"it is {product:.9g}"


def _classes(op: OpView) -> str | None:
    "there are at most 4095 classes, whose sum fits 32 bits"
    classes = op.input(0).shape[-1]
    return None if classes <= _MAX_CLASSES else f"there are {classes}"


def _params(op: OpView) -> Params:
    _, pixels, channels = op.output.rows
    exponentials = array(_exponentials(op), "int32")
    return {
        "exponentials": exponentials,
        "entries": len(exponentials),
        "pixels": pixels,
        "channels": channels,
    }


def _softmax(exponentials: Ints) -> Values:
    """The outputs of one pixel, from its exponentials in Q0.31."""
    total = int(shift_right_round(exponentials, _SUM_BITS).sum())
    headroom = count_leading_zeros(total)
    scale = reciprocal_one_plus(int(wrap32((total << headroom) - (1 << 31))))
    shift = _SUM_BITS - headroom + 31 - 8
    quotient = shift_right_round(high_mul(exponentials, scale), shift)
    outputs: Values = np.minimum(quotient - 128, 127).astype(np.int8)
    return outputs


class Softmax(Operator):
    """out = exp(beta * x) / sum of exp(beta * x), over the last axis."""

    name = "softmax"
    tflite = "SOFTMAX"
    options = "SoftmaxOptions"
    fields = ("beta",)
    checks = (
        takes(1),
        int8_operands,
        _has_axes,
        same_shape,
        _output_quantization,
        _not_too_flat,
        _classes,
    )
    kernels = (
        Kernel(
            symbol="weft_softmax_s8",
            struct="weft_softmax_s8_params",
            source="softmax_s8.c",
            header="softmax_s8.h",
            params=_params,
            why="exponentials from a table, one pixel after the other",
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> SoftmaxAttrs:
        return SoftmaxAttrs(f32(options["beta"]))

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        values = np.asarray(inputs[0], np.int64)
        pixels = values.reshape(-1, values.shape[-1])
        # Differences that the fixed point cannot hold have exponential 0.
        exponentials = np.zeros(256, np.int64)
        known = _exponentials(op)
        exponentials[: len(known)] = known
        outputs = [_softmax(exponentials[pixel.max() - pixel]) for pixel in pixels]
        return (np.stack(outputs).reshape(values.shape),)
