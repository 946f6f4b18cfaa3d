"""TRANSPOSE_CONV: the gradient of a convolution; each input pixel adds its filter to the output.

acc[y, x, o] = bias[o] + sum of w[o, fy, fx] * (in[iy, ix] - zx) where iy * stride - pad + fy = y,
and likewise for columns; out = clamp(requantize(acc, sx * sw[o] / sy) + zy).

Kernels go through the output and do a convolution for each phase, see `phases`: nothing is
scattered, and no product is with a zero in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from weft.errors import CompileError
from weft.ir import DType, Node
from weft.ops import window
from weft.ops.activation import fused_activation
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array
from weft.ops.checks import named, require, takes
from weft.ops.weighted import (
    linear,
    linear_checks,
    transpose_pairs,
    transpose_wide,
    transposed,
    wide,
)
from weft.ops.weighted.pair_runs import SCRATCHES
from weft.ops.window import Axis, Sliding

_AXIS = 0  # output channels of OHWI weights


def int8_weights(op: OpView) -> str | None:
    "the weights are int8"
    weights = op.input(1)
    return None if weights.dtype is DType.INT8 else f"{named(weights)} is {weights.dtype.value}"


def channels_agree(op: OpView) -> str | None:
    "there is a filter for each output channel, as deep as the input"
    shape, inputs, outputs = op.input(1).shape, op.input(0).shape[3], op.output.shape[3]
    if (shape[0], shape[3]) == (outputs, inputs):
        return None
    return f"{named(op.input(1))} is {list(shape)} for {inputs} to {outputs} channels"


def few_phases(op: OpView) -> str | None:
    "the strides multiplied are at most 1024"
    product = op.attrs.stride_h * op.attrs.stride_w
    return None if product <= 1024 else f"they are {product}"


def sizes_agree(op: OpView) -> str | None:
    "a convolution with this filter, stride and padding makes an image of the input's size"
    sizes = zip(transposed.axes(op), window.image(op.output), strict=True)
    made = tuple(axis.count(length) for axis, length in sizes)
    if made == window.image(op.input(0)):
        return None
    return f"of {named(op.output)}, {list(op.output.shape)}, it makes {made[0]} by {made[1]}"


def _phase_params(op: OpView) -> Params:
    """Where the filters of phases are, and which inputs and outputs belong to them."""
    flat = [f.reshape(len(f), -1) for f in transposed.filters(op)]
    sizes = [f.size for f in flat]
    return {
        "weights": array(np.concatenate([linear.quads(f) for f in flat]), "int8"),
        "starts": array(np.cumsum([0, *sizes[:-1]]), "int32"),
        "output_width": op.output.shape[2],
        "output_channels": op.output.shape[3],
        "input_channels": op.input(0).shape[3],
        **transposed.params(op),
    }


def _params(op: OpView) -> Params:
    return {
        **_phase_params(op),
        **linear.output_params(op, _AXIS, linear.double_multipliers(op)),
        "bias": array(np.stack([transposed.bias(op, f) for f in transposed.filters(op)]), "int32"),
        "output_step": op.output.pixel_step,
    }


def _wide_params(op: OpView) -> Params:
    return {
        **_phase_params(op),
        **wide.output_params(op, _AXIS, linear.double_multipliers(op)),
        "products_fit": int(wide.products_fit(op, _AXIS)),
        "output_step": op.output.pixel_step,
    }


class TransposeConv(Operator):
    """Transposed 2-D convolution of an NHWC image with OHWI filters."""

    name = "transpose_conv"
    tflite = "TRANSPOSE_CONV"
    clamps = True
    options = "TransposeConvOptions"
    fields = (
        "padding",
        "stride_w",
        "stride_h",
        "fused_activation_function",
        "quantized_bias_type",
    )
    order = (2, 1, 0)  # image, filter, shape of the output, and maybe a bias
    parameters = (2,)
    checks = (
        *linear_checks.OPERANDS,
        int8_weights,
        window.rank_4,
        linear_checks.scales_by_channel(_AXIS),
        linear_checks.weights_zero_point_0,
        window.one_batch,
        window.positive_window(transposed.axes),
        few_phases,
        channels_agree,
        sizes_agree,
        *linear_checks.number_checks(_AXIS, linear.double_multipliers),
        linear_checks.wide_bias,
    )
    kernels = (
        Kernel(
            **transpose_wide.KERNEL,
            params=partial(transpose_wide.params, multipliers=linear.double_multipliers),
            rows=transposed.geometry,
            when=partial(transpose_wide.fits, multipliers=linear.double_multipliers),
            scratch=transpose_wide.scratch,
            cycles=transpose_wide.cycles,
        ),
        Kernel(
            "weft_transpose_conv_s16",
            "weft_transpose_conv_s16_params",
            "transpose_conv_s16.c",
            "transpose_conv.h",
            _wide_params,
            rows=transposed.geometry,
            when=linear.int16_activated,
            why=wide.WHY,
            shared=("conv_2d_s16.c",),
            pitched=True,
        ),
        *(
            Kernel(
                **transpose_pairs.KERNEL,
                params=partial(
                    transpose_pairs.params, most=most, multipliers=linear.double_multipliers
                ),
                rows=transposed.geometry,
                when=partial(transpose_pairs.fits, multipliers=linear.double_multipliers),
                scratch=partial(transpose_pairs.scratch, most=most),
                cycles=partial(transpose_pairs.cycles, most=most),
            )
            for most in SCRATCHES
        ),
        Kernel(
            "weft_transpose_conv_s8",
            "weft_transpose_conv_s8_params",
            "transpose_conv_s8.c",
            "transpose_conv.h",
            _params,
            rows=transposed.geometry,
            when=linear.int8_weighted,
            why="portable C; a convolution for each place of outputs within a stride",
            shared=("conv_2d_s8.c",),
            pitched=True,
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> Sliding:
        require(op, takes(3, 4), window.rank_4)
        shape, made = op.input(2).data.ravel().tolist(), list(op.output.shape)
        if shape != made:
            raise CompileError(f"output_shape is {shape}, but {named(op.output)} is {made}")
        linear_checks.require_stated_sums(options, op.input(0), op.optional(3))
        strides = int(options["stride_h"]), int(options["stride_w"])
        axes = [Axis(*pair) for pair in zip(window.image(op.input(1)), strides, strict=True)]
        pads = window.explicit_pads(options, window.image(op.output), (axes[0], axes[1]))
        return Sliding(pads, *strides, fused_activation(options))

    @staticmethod
    def turned(op: OpView) -> Node | None:
        if op.input(1).shape[1] != 1:
            return None
        return replace(op.node, attrs=window.turned(op.attrs))

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        image, weights = inputs[0], inputs[1]
        assert image is not None and weights is not None
        rows, columns = transposed.axes(op)
        centered = image[0].astype(np.float64) - op.input(0).q.zp
        (height, width), (outputs_y, outputs_x) = centered.shape[:2], window.image(op.output)
        sums = np.zeros((outputs_y + sum(op.attrs.pads[:2]), outputs_x + sum(op.attrs.pads[2:]),
                         len(weights)))  # fmt: skip
        for y in range(rows.size):
            for x in range(columns.size):
                places = rows.taken(y, height), columns.taken(x, width)
                sums[places] += centered @ weights[:, y, x].T.astype(np.float64)
        top, left = op.attrs.pads.top, op.attrs.pads.left
        inside = sums[top : top + outputs_y, left : left + outputs_x]
        total = inside.astype(np.int64) + linear.bias(op, len(weights))
        return (linear.finish(op, total, linear.double_multipliers(op)),)

    @staticmethod
    def macs(op: OpView) -> int:
        return op.input(0).elements * (op.input(1).elements // op.input(1).shape[3])
