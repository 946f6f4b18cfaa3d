"""CONV_2D of int16 images with int8 weights: by DSP instructions, and by portable C."""

from __future__ import annotations

from functools import partial

from weft.ops import conv_groups, conv_runs, filters, linear, pair_parts, wide, wide_pairs, window
from weft.ops.base import Kernel, OpView, Params, array

_AXIS = 0  # output channels of OHWI weights


def _params(op: OpView) -> Params:
    return {
        "weights": array(conv_runs.weights(op), "int8"),
        **wide.output_params(op, _AXIS, linear.double_multipliers(op)),
        **conv_runs.params(op),
        "output_step": op.output.pixel_step,
        **wide.piece_params(op, _AXIS, op.input(1).shape[1], conv_runs.length(op)),
        "groups": conv_groups.groups(op),
    }


def _window(op: OpView) -> wide_pairs.Window:
    """What an output channel reads."""
    _, height, width, _ = op.input(1).shape
    runs = 1 if conv_runs.joined(op) else width
    return wide_pairs.Window(height * runs, conv_runs.length(op))


def _block(op: OpView) -> int:
    """Output rows of a step."""
    sums, products = op.output.elements, op.input(1).elements // op.output.shape[3]
    return pair_parts.block(*window.image(op.output), sums * products)


def _scratch(op: OpView) -> int:
    return _window(op).scratch(two=op.output.shape[2] > 1 or _block(op) > 1)


def _cycles(op: OpView, rows: int) -> int:
    (height, pixels), groups = window.image(op.output), conv_groups.groups(op)
    twos, ones = pair_parts.twos_and_ones(pixels, rows)
    step = wide_pairs.cycles(_window(op), op.output.shape[3] // groups, twos, ones)
    return -(-height // rows) * groups * step


def _pair_params(op: OpView) -> Params:
    groups = conv_groups.groups(op)
    return {
        **conv_runs.params(op),
        "row_step": op.attrs.stride_h,
        **wide_pairs.params(op, _AXIS, _window(op), linear.double_multipliers, groups),
    }


KERNELS = (
    Kernel(
        **wide_pairs.KERNEL,
        params=_pair_params,
        rows=filters.geometry,
        when=partial(wide_pairs.fits, axis=_AXIS, multipliers=linear.double_multipliers),
        scratch=_scratch,
        block=_block,
        cycles=_cycles,
    ),
    Kernel(**wide.KERNEL, params=_params, rows=filters.geometry, pitched=True),
)
