"""CONV_2D: 2-D convolution with bias and fused activation; dilated and grouped too.

acc[o] = bias[o] + sum over the filter of w[o] * (x - zx);
y[o] = clamp(requantize(acc[o], sx * sw[o] / sy) + zy). Padding counts as x = zx.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from weft.ir import Node
from weft.ops import window
from weft.ops.base import Kernel, Operator, Options, OpView, Params, Values, array
from weft.ops.checks import named
from weft.ops.weighted import (
    conv_few,
    conv_groups,
    conv_runs,
    conv_s16,
    filters,
    linear,
    linear_checks,
    pair_packing,
    pair_parts,
    winograd,
)
from weft.ops.weighted.pair_runs import SCRATCHES, Runs

_AXIS = 0  # output channels of OHWI weights


def channels_agree(op: OpView) -> str | None:
    "the input has a multiple of the filter's channels, its groups divide the output's channels"
    inputs, depth = op.input(0).shape[3], op.input(1).shape[3]
    outputs, filters_ = op.output.shape[3], op.input(1).shape[0]
    if depth < 1 or inputs % depth:
        return f"{named(op.input(0))} has {inputs} and {named(op.input(1))} has {depth}"
    if outputs != filters_:
        return f"{named(op.output)} has {outputs} channels for {filters_} filters"
    groups = inputs // depth
    return None if outputs % groups == 0 else f"there are {groups} groups for {outputs} channels"


def _params(op: OpView) -> Params:
    return {
        "weights": array(conv_runs.weights(op), "int8"),
        **linear.output_params(op, _AXIS, linear.double_multipliers(op)),
        **conv_runs.params(op),
        "output_step": op.output.pixel_step,
        "groups": conv_groups.groups(op),
    }


def _window(op: OpView) -> pair_parts.Window:
    _, height, width, depth = op.input(1).shape
    steps = filters.pixel_step(op), filters.column_step(op)
    return pair_parts.Window(height, width, depth, *steps)


def _runs(op: OpView, most: int) -> Runs:
    """How the windows of an operator without groups are unpacked, in `most` bytes of scratch."""
    twos, _ = pair_parts.twos_and_ones(op.output.shape[2], _pair_block(op))
    return _window(op).runs(op.output.shape[3], twos, most)


def _pairs_fit(op: OpView) -> bool:
    return (
        linear.int8_weighted(op)
        and conv_groups.groups(op) == 1
        and pair_packing.packable(op, _AXIS, linear.double_multipliers)
    )


def _pieces_fit(op: OpView) -> bool:
    return (
        linear.int8_weighted(op)
        and conv_groups.groups(op) == 1
        and pair_packing.fits_in_pieces(op, _AXIS, linear.double_multipliers)
    )


def _pair_scratch(op: OpView, most: int) -> int:
    return _runs(op, most).scratch


def _pair_block(op: OpView) -> int:
    return pair_parts.block(*window.image(op.output), Conv2D.macs(op))


def _pair_cycles(op: OpView, block: int, most: int, *, pieces: bool = False) -> int:
    rows, pixels = window.image(op.output)
    twos, ones = pair_parts.twos_and_ones(pixels, block)
    runs = _runs(op, most)
    step = pair_packing.step_cycles(op.output.shape[3], runs, twos, ones, pieces=pieces)
    return -(-rows // block) * step


def _pair_params(op: OpView, most: int, *, pieces: bool = False) -> Params:
    runs = _runs(op, most)
    return {
        **pair_packing.output_params(op, _AXIS, runs, linear.double_multipliers, pieces=pieces),
        "output_width": op.output.shape[2],
        "output_channels": op.output.shape[3],
        "row_step": op.attrs.stride_h,
        "dilation_height": op.attrs.dilation_h,
        **_window(op).params,
    }


def _few_cycles(op: OpView, _: int) -> int:
    return conv_few.cycles(_window(op), *window.image(op.output), op.output.shape[3])


def _few_pays(op: OpView, channels: int) -> bool:
    """Whether it is exact, and faster than by pairs, or these are not."""
    if conv_groups.groups(op) > 1 or not conv_few.fits(op, channels, linear.double_multipliers):
        return False
    block, most = _pair_block(op), SCRATCHES[0]
    rows, pixels = window.image(op.output)
    windows = -(-rows // block) * sum(pair_parts.twos_and_ones(pixels, block))
    unpacking = pair_packing.unpack_cycles(_runs(op, most), windows)
    quick = _few_cycles(op, 1) < _pair_cycles(op, block, most) + unpacking
    return quick or not _pieces_fit(op)


def _few_params(op: OpView) -> Params:
    pixels = op.output.shape[2]
    return {
        **conv_few.params(op, _window(op), pixels, linear.double_multipliers),
        "dilation_height": op.attrs.dilation_h,
    }


def _winograd_block(op: OpView) -> int:
    return winograd.block(*window.image(op.output))


def _winograd_cycles(op: OpView, block: int) -> int:
    count, _, _, depth = op.input(1).shape
    found = winograd.cycles(*window.image(op.output), count, depth)
    return found * _winograd_block(op) // block


def _winograd_pays(op: OpView) -> bool:
    """Whether it is exact, and faster than by pairs."""
    rows, columns = filters.axes(op)
    plain = all(a.size == 3 and a.stride == a.dilation == 1 for a in (rows, columns))
    count, _, _, depth = op.input(1).shape
    height, width = window.image(op.output)
    if not plain or width < winograd.OUT or conv_groups.groups(op) > 1 or depth % 4:
        return False
    direct = -(-height * width // 2) * pair_packing.cycles(count, 9 * depth)
    quick = linear.int8_weighted(op) and _winograd_cycles(op, _winograd_block(op)) < direct
    return quick and winograd.exact(op, _AXIS, linear.double_multipliers)


class Conv2D(Operator):
    """2-D convolution of an NHWC image with OHWI filters."""

    name = "conv_2d"
    tflite = "CONV_2D"
    clamps = True
    options = "Conv2DOptions"
    fields = (*filters.FIELDS, "quantized_bias_type")
    checks = (
        *linear_checks.OPERANDS,
        window.rank_4,
        linear_checks.scales_by_channel(_AXIS),
        linear_checks.weights_zero_point_0,
        window.positive_window(filters.axes),
        window.output_size(filters.axes),
        channels_agree,
        *linear_checks.number_checks(_AXIS, linear.double_multipliers),
    )
    limits = (window.one_batch,)
    kernels = (
        *conv_s16.KERNELS,
        Kernel(**linear.INT4_KERNEL, params=_params, rows=filters.geometry, pitched=True),
        Kernel(
            **winograd.KERNEL,
            params=partial(winograd.params, axis=_AXIS, multipliers=linear.double_multipliers),
            rows=filters.geometry,
            when=_winograd_pays,
            scratch=lambda op: winograd.scratch(op.input(0).shape[3]),
            block=_winograd_block,
            cycles=_winograd_cycles,
        ),
        *(
            Kernel(
                **kernel,
                params=_few_params,
                rows=filters.geometry,
                when=partial(_few_pays, channels=channels),
                scratch=lambda op: conv_few.scratch(*op.output.shape[2:]),
                cycles=_few_cycles,
            )
            for channels, kernel in conv_few.KERNELS.items()
        ),
        *(
            Kernel(
                **pair_packing.KERNEL,
                params=partial(_pair_params, most=most),
                rows=filters.geometry,
                when=_pairs_fit,
                scratch=partial(_pair_scratch, most=most),
                block=_pair_block,
                cycles=partial(_pair_cycles, most=most),
            )
            for most in SCRATCHES
        ),
        *(
            Kernel(
                **conv_groups.KERNEL,
                params=partial(
                    conv_groups.params, most=most, multipliers=linear.double_multipliers
                ),
                rows=filters.geometry,
                when=partial(conv_groups.fits, multipliers=linear.double_multipliers),
                scratch=partial(conv_groups.scratch, most=most),
                block=conv_groups.block,
                cycles=partial(conv_groups.cycles, most=most),
            )
            for most in SCRATCHES
        ),
        Kernel(
            **pair_packing.PIECES_KERNEL,
            params=partial(_pair_params, most=0, pieces=True),
            rows=filters.geometry,
            when=_pieces_fit,
            scratch=partial(_pair_scratch, most=0),
            block=_pair_block,
            cycles=partial(_pair_cycles, most=0, pieces=True),
        ),
        Kernel(
            "weft_conv_2d_s8",
            "weft_conv_2d_s8_params",
            "conv_2d_s8.c",
            "conv_2d_s8.h",
            _params,
            rows=filters.geometry,
            when=linear.int8_weighted,
            pitched=True,
        ),
    )

    @staticmethod
    def parse(options: Options, op: OpView) -> filters.Filtering:
        linear_checks.require_stated_sums(options, op.optional(0), op.optional(2))
        return filters.filtering(options, op)

    @staticmethod
    def turned(op: OpView) -> Node | None:
        return filters.upright(op)

    @staticmethod
    def reference(op: OpView, inputs: Sequence[Values | None]) -> tuple[Values, ...]:
        image, weights = inputs[0], inputs[1]
        assert image is not None and weights is not None
        by_group = np.split(weights.astype(np.float64), conv_groups.groups(op))
        sums = np.zeros(op.output.shape)
        for y, x, pixels in filters.taps(op, image):
            parts = np.split(pixels, len(by_group), axis=3)
            sums += np.concatenate(
                [part @ w[:, y, x].T for part, w in zip(parts, by_group, strict=True)], axis=3
            )
        total = sums.astype(np.int64) + linear.bias(op, sums.shape[3])
        return (linear.finish(op, total, linear.double_multipliers(op)),)

    @staticmethod
    def macs(op: OpView) -> int:
        return op.output.elements * (op.input(1).elements // op.output.shape[3])
