"""L2_NORMALIZATION over the last axis, int8 to int8 with scale 1/128 and zero point 0."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.errors import CompileError
from weft.fixed_point import inverse_square_root
from weft.ir import Node
from weft.ops.activation import Activation, fused_activation
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values
from weft.ops.checks import computed, int8_operands, named, same_shape, takes
from weft.ops.reduction.exponentials import has_axes
from weft.quant import INT32_MAX, Ints, requantize

_OUTPUT_BITS = 7  # outputs are in units of 2^-7


def _output_quantization(op: OpView) -> str | None:
    "the output has scale 1/128 and zero point 0"
    quant = op.output.q
    if quant.s == 1 / 128 and quant.zp == 0:
        return None
    return f"{named(op.output)} has {quant.s:.9g} and {quant.zp}"


def _squares_fit(op: OpView) -> str | None:
    "the sum of the squares fits 32 bits"
    bound = 255 * 255 * op.input(0).shape[-1]
    return None if bound <= INT32_MAX else f"it can reach {bound}"


def _params(op: OpView) -> Params:
    _, pixels, channels = op.output.rows
    return {"zero_point": op.input(0).q.zp, "pixels": pixels, "channels": channels}


def _normalized(pixel: Ints) -> Ints:
    scale = inverse_square_root(int((pixel * pixel).sum()))
    scaled: Ints = requantize(pixel, scale.multiplier, scale.shift + _OUTPUT_BITS)
    return scaled


class L2Normalization(Operator):
    """out = x / sqrt(sum of x * x), over the last axis."""

    name = "l2_normalization"
    tflite = "L2_NORMALIZATION"
    options = "L2NormOptions"
    fields = ("fused_activation_function",)
    checks = (
        takes(1),
        computed(0, "input"),
        int8_operands,
        has_axes,
        same_shape,
        _output_quantization,
        _squares_fit,
    )
    kernels = (
        Kernel(
            symbol="weft_l2_normalization_s8",
            struct="weft_l2_normalization_s8_params",
            source="l2_normalization_s8.c",
            header="l2_normalization_s8.h",
            params=_params,
            why="one pixel after the other",
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> None:
        if fused_activation(options) is not Activation.NONE:
            raise CompileError("it has a fused activation, which no reference kernel applies")

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        centered = np.asarray(inputs[0], np.int64) - op.input(0).q.zp
        pixels = centered.reshape(-1, centered.shape[-1])
        outputs = np.stack([_normalized(pixel) for pixel in pixels])
        return (np.clip(outputs, -128, 127).astype(np.int8).reshape(centered.shape),)
