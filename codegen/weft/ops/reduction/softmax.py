"""SOFTMAX over the last axis: int8 to int8 or int16, and int16 to int16.

Outputs have the scale that spreads 0 to 1 over their type.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weft.fixed_point import reciprocal_one_plus
from weft.ir import DType, Node
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array
from weft.ops.checks import computed, named, same_shape, takes, unsuitable
from weft.ops.reduction import softmax_s16
from weft.ops.reduction.exponentials import (
    SUM_BITS,
    SoftmaxAttrs,
    by_difference,
    exponentials,
    few_classes,
    has_axes,
    not_too_flat,
)
from weft.quant import Ints, count_leading_zeros, f32, high_mul, shift_right_round, wrap32

_SPREAD = {
    (DType.INT8, DType.INT8): (1 / 256, -128),
    (DType.INT8, DType.INT16): (1 / 65536, -32768),
    (DType.INT16, DType.INT16): (1 / 32768, 0),
}
"""Scale and zero point of the output, by the types of input and output."""

_INPUTS = 256
"""Different int8 inputs."""

_CLASS_CYCLES = 53  # on Cortex-M4
_MANY_CLASS_CYCLES = 31  # with a table of outputs
_EXPONENTIAL_CYCLES = 17  # to make an entry of that


def _types(op: OpView) -> str | None:
    "it is int8 to int8, int8 to int16 or int16 to int16"
    a, b = op.input(0).dtype, op.output.dtype
    return None if (a, b) in _SPREAD else f"it is {a.value} to {b.value}"


def _quantized(op: OpView) -> str | None:
    "the input has one scale and one zero point, which is 0 for int16"
    return unsuitable((op.input(0),), DType.INT8, DType.INT16)


def _output_quantization(op: OpView) -> str | None:
    "output scale and zero point are 1/256, -128 or 1/65536, -32768; from int16 1/32768, 0"
    wanted, quant = _SPREAD[op.input(0).dtype, op.output.dtype], op.output.quant
    if quant is None:
        return f"{named(op.output)} is not quantized"
    if (quant.scale, quant.zero_point) == ((wanted[0],), (wanted[1],)):
        return None
    return f"{named(op.output)} has {quant.scale[0]:.9g} and {quant.zero_point[0]}"


def _of_bytes(op: OpView) -> bool:
    return op.input(0).dtype is DType.INT8


def _not_too_flat(op: OpView) -> str | None:
    return not_too_flat(op) if _of_bytes(op) else softmax_s16.not_too_flat(op)


def _few_classes(op: OpView) -> str | None:
    return few_classes(op) if _of_bytes(op) else softmax_s16.few_classes(op)


_not_too_flat.__doc__ = f"{not_too_flat.__doc__}; for int16 {softmax_s16.not_too_flat.__doc__}"
_few_classes.__doc__ = f"{few_classes.__doc__}; for int16 {softmax_s16.few_classes.__doc__}"


def _narrow(op: OpView) -> bool:
    return _of_bytes(op) and op.output.dtype is DType.INT8


def _many(op: OpView) -> bool:
    """Whether a table of outputs is made sooner than every output: by far fewer exponentials."""
    return _narrow(op) and op.output.rows[2] >= 2 * len(exponentials(op))


def _many_cycles(op: OpView, _: int) -> int:
    height, pixels, channels = op.output.rows
    each = _MANY_CLASS_CYCLES * channels + _EXPONENTIAL_CYCLES * len(exponentials(op))
    return height * pixels * each


def _widened(op: OpView) -> bool:
    return _of_bytes(op) and op.output.dtype is DType.INT16


def _params(op: OpView) -> Params:
    _, pixels, channels = op.output.rows
    table = array(exponentials(op), "int32")
    return {"exponentials": table, "entries": len(table), "pixels": pixels, "channels": channels}


def _softmax(found: Ints, least: int, greatest: int) -> Ints:
    """The outputs of one pixel, from its exponentials in Q0.31."""
    total = int(shift_right_round(found, SUM_BITS).sum())
    headroom = count_leading_zeros(total)
    scale = reciprocal_one_plus(int(wrap32((total << headroom) - (1 << 31))))
    bits = (greatest - least).bit_length()
    quotient = shift_right_round(high_mul(found, scale), SUM_BITS - headroom + 31 - bits)
    outputs: Ints = np.minimum(quotient + least, greatest)
    return outputs


class Softmax(Operator):
    """out = exp(beta * x) / sum of exp(beta * x), over the last axis."""

    name = "softmax"
    tflite = "SOFTMAX"
    options = "SoftmaxOptions"
    fields = ("beta",)
    checks = (
        takes(1),
        computed(0, "input"),
        _types,
        _quantized,
        has_axes,
        same_shape,
        _output_quantization,
        _not_too_flat,
        _few_classes,
    )
    kernels = (
        Kernel(
            symbol="weft_softmax_many_s8",
            struct="weft_softmax_params",
            source="softmax_many_s8.c",
            header="softmax.h",
            params=_params,
            when=_many,
            why="more classes than exponentials: the outputs from a table that is made of those",
            scratch=lambda _: _INPUTS,
            cycles=_many_cycles,
        ),
        *(
            Kernel(
                symbol=symbol,
                struct="weft_softmax_params",
                source=f"{symbol.removeprefix('weft_')}.c",
                header="softmax.h",
                params=_params,
                when=when,
                why="exponentials from a table, one pixel after the other",
                cycles=lambda op, _: _CLASS_CYCLES * op.output.elements,
            )
            for symbol, when in (("weft_softmax_s8", _narrow), ("weft_softmax_s8_s16", _widened))
        ),
        softmax_s16.KERNEL,
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> SoftmaxAttrs:
        return SoftmaxAttrs(f32(options["beta"]))

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return op.node

    @staticmethod
    def disputed(op: OpView) -> str | None:
        int16 = op.input(0).dtype is DType.INT16
        return "LiteRT makes the tables of int16 softmax in double" if int16 else None

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        values = np.asarray(inputs[0], np.int64)
        pixels, limits = values.reshape(-1, values.shape[-1]), op.output.dtype.limits
        if _of_bytes(op):
            table = by_difference(exponentials(op))
            outputs = [_softmax(table[pixel.max() - pixel], *limits) for pixel in pixels]
        else:
            outputs = [softmax_s16.softmax(op, pixel) for pixel in pixels]
        return (np.stack(outputs).astype(op.output.dtype.numpy).reshape(values.shape),)
