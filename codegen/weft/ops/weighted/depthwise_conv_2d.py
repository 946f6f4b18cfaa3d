"""DEPTHWISE_CONV_2D: every input channel has `depth_multiplier` filters of its own.

acc[o] = bias[o] + sum over the filter of w[o] * (x[o / depth_multiplier] - zx);
y[o] = clamp(requantize(acc[o], sx * sw[o] / sy) + zy). Padding counts as x = zx.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from weft.ir import Node
from weft.ops import window
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array
from weft.ops.checks import named
from weft.ops.weighted import (
    depthwise_dilated,
    depthwise_direct,
    depthwise_dsp,
    depthwise_one,
    depthwise_sums,
    depthwise_wide,
    depthwise_window,
    filters,
    linear,
    linear_checks,
)

Fits = Callable[[OpView], bool]

_AXIS = 3  # output channels of 1HWO weights


@dataclass(frozen=True, slots=True)
class Depthwise(filters.Filtering):
    """Where the filters are applied, and how many there are for each input channel."""

    depth_multiplier: int


def multiplier_agrees(op: OpView) -> str | None:
    "the filter is 1HWO and has depth_multiplier channels for each of the input's"
    inputs, shape, multiplier = op.input(0).shape[3], op.input(1).shape, op.attrs.depth_multiplier
    if shape[0] != 1 or shape[3] != inputs * multiplier:
        return f"{named(op.input(1))} is {list(shape)} for {inputs} times {multiplier} channels"
    if op.output.shape[3] != shape[3]:
        return f"{named(op.output)} has {op.output.shape[3]} channels, the filter {shape[3]}"
    return None


def _params(op: OpView) -> Params:
    return {
        "weights": array(linear.matrix(op, _AXIS), "int8"),
        **linear.output_params(op, _AXIS, linear.double_multipliers(op)),
        **depthwise_window.params(op),
        "output_step": op.output.pixel_step,
    }


def _int4_params(op: OpView) -> Params:
    weights = linear.nibbles(linear.matrix(op, _AXIS).ravel())
    return {**_params(op), "weights": array(weights.astype(np.int8), "int8")}


def _unpacked(op: OpView) -> int:
    return op.input(1).elements


def _three_wide(op: OpView) -> bool:
    """Filters of three columns that are neighbors, at a horizontal stride of 1 or 2."""
    a = op.attrs
    return op.input(1).shape[2] == 3 and a.dilation_w == 1 and a.stride_w in (1, 2)


def _of(types: Fits, fits: Fits) -> Fits:
    """Whether both hold: kernels for some types take no others."""
    return lambda op: types(op) and fits(op)


_INT4: Mapping[str, Any] = {
    "struct": "weft_depthwise_conv_2d_s8_params",
    "source": "depthwise_conv_2d_s4.c",
    "header": "depthwise_conv_2d_s8.h",
    "params": _int4_params,
    "rows": filters.geometry,
    "scratch": _unpacked,
    "pitched": True,
    "shared": ("depthwise_conv_2d_3_s8.c", "depthwise_conv_2d_s8.c"),
}
"""What both kernels for int4 weights have in common."""


def _dsp_3x3(stride: int, form: depthwise_dsp.Form, how: str) -> Kernel:
    """The kernel for filters of 3 by 3 at a stride, with outputs of some form."""
    most = depthwise_dsp.SCRATCH[how]
    name = "depthwise_conv_2d_3x3" + ("_stride_2" if stride == 2 else "") + form.suffix
    return Kernel(
        f"weft_{name}_s8__dsp",
        "weft_depthwise_conv_2d_3x3_s8_params",
        f"{name}_s8__dsp.c",
        "depthwise_conv_2d_3x3_s8.h",
        partial(depthwise_dsp.params_3x3, most=most, form=form),
        rows=filters.geometry,
        needs=frozenset({"dsp"}),
        when=_of(linear.int8_weighted, partial(depthwise_dsp.fits_3x3, stride=stride, form=form)),
        why=f"{how}; {form.why}",
        scratch=partial(depthwise_dsp.scratch_3x3, most=most),
        block=depthwise_dsp.rows_3x3,
        cycles=partial(depthwise_dsp.cycles_3x3, most=most, form=form),
        shared=("depthwise_3x3.c", "depthwise_finish.c"),
    )


def _dsp(how: str) -> Kernel:
    """The kernel for any filter."""
    most = depthwise_dsp.SCRATCH[how]
    return Kernel(
        "weft_depthwise_conv_2d_s8__dsp",
        "weft_depthwise_conv_2d_s8__dsp_params",
        "depthwise_conv_2d_s8__dsp.c",
        "depthwise_conv_2d_s8__dsp.h",
        partial(depthwise_sums.params, most=most),
        rows=filters.geometry,
        needs=frozenset({"dsp"}),
        when=_of(linear.int8_weighted, depthwise_sums.fits),
        why=how,
        scratch=partial(depthwise_sums.scratch, most=most),
        block=depthwise_sums.rows,
        cycles=partial(depthwise_sums.cycles, most=most),
        shared=("depthwise_finish.c",),
    )


def _direct_pays(op: OpView) -> bool:
    """Whether the kernel that unpacks nothing beforehand is exact, and faster, or as fast as the
    other one, which takes far more memory."""
    if any(depthwise_dsp.fits_3x3(op, s, form) for s in (1, 2) for form in depthwise_dsp.FORMS):
        return False
    if depthwise_dilated.fits(op):
        return False
    if depthwise_sums.fits(op) and depthwise_direct.cycles(op) > 1.05 * depthwise_sums.fastest(op):
        return False
    return depthwise_direct.fits(op)


_DIRECT = Kernel(
    "weft_depthwise_conv_2d_direct_s8__dsp",
    "weft_depthwise_conv_2d_direct_s8_params",
    "depthwise_conv_2d_direct_s8__dsp.c",
    "depthwise_conv_2d_direct_s8.h",
    depthwise_direct.params,
    rows=filters.geometry,
    needs=frozenset({"dsp"}),
    when=_of(linear.int8_weighted, _direct_pays),
    why="four channels at a time, straight from the image",
    scratch=depthwise_direct.scratch,
    cycles=depthwise_direct.cycles,
    shared=("depthwise_finish.c",),
)


class DepthwiseConv2D(Operator):
    """2-D convolution of each channel of an NHWC image on its own."""

    name = "depthwise_conv_2d"
    tflite = "DEPTHWISE_CONV_2D"
    clamps = True
    options = "DepthwiseConv2DOptions"
    fields = (*filters.FIELDS, "depth_multiplier")
    checks = (
        *linear_checks.OPERANDS,
        window.rank_4,
        linear_checks.scales_by_channel(_AXIS),
        linear_checks.weights_zero_point_0,
        window.positive_window(filters.axes),
        window.output_size(filters.axes),
        multiplier_agrees,
        *linear_checks.number_checks(_AXIS, linear.double_multipliers),
        linear_checks.wide_bias,
    )
    limits = (window.one_batch,)
    kernels = (
        *depthwise_wide.KERNELS,
        Kernel(
            "weft_depthwise_conv_2d_3_s4",
            **_INT4,
            when=_of(linear.int4_weighted, _three_wide),
            why="portable C; int4 weights are unpacked once for a row; neighbors share inputs",
        ),
        Kernel(
            "weft_depthwise_conv_2d_s4",
            **_INT4,
            when=linear.int4_weighted,
            why="portable C; int4 weights are unpacked once for a row",
        ),
        *(
            _dsp_3x3(stride, form, how)
            for stride in (1, 2)
            for form in depthwise_dsp.FORMS
            for how in depthwise_dsp.SCRATCH
        ),
        *depthwise_one.KERNELS,
        *depthwise_dilated.KERNELS,
        _DIRECT,
        *(_dsp(how) for how in depthwise_dsp.SCRATCH),
        Kernel(
            "weft_depthwise_conv_2d_3_s8",
            "weft_depthwise_conv_2d_s8_params",
            "depthwise_conv_2d_3_s8.c",
            "depthwise_conv_2d_s8.h",
            _params,
            rows=filters.geometry,
            when=_of(linear.int8_weighted, _three_wide),
            why="portable C; neighboring pixels share inputs",
            pitched=True,
        ),
        Kernel(
            "weft_depthwise_conv_2d_s8",
            "weft_depthwise_conv_2d_s8_params",
            "depthwise_conv_2d_s8.c",
            "depthwise_conv_2d_s8.h",
            _params,
            rows=filters.geometry,
            when=linear.int8_weighted,
            pitched=True,
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> Depthwise:
        a = filters.filtering(options, op)
        return Depthwise(
            a.pads,
            a.stride_h,
            a.stride_w,
            a.activation,
            a.dilation_h,
            a.dilation_w,
            int(options["depth_multiplier"]),
        )

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return filters.upright(op)

    @staticmethod
    def harmful(op: OpView) -> bool:
        return op.optional(2) is None  # LiteRT looks for a bias nevertheless

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        image, weights = inputs[0], inputs[1]
        assert image is not None and weights is not None
        sums = np.zeros(op.output.shape)
        for y, x, pixels in filters.taps(op, image):
            sums += np.repeat(pixels, op.attrs.depth_multiplier, axis=3) * weights[0, y, x]
        total = sums.astype(np.int64) + linear.bias(op, sums.shape[3])
        return (linear.finish(op, total, linear.double_multipliers(op)),)

    @staticmethod
    def macs(op: OpView) -> int:
        height, width = window.image(op.input(1))
        return op.output.elements * height * width
