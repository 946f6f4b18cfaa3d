"""CONV_2D of int16 images with int8 weights: by DSP instructions, and by portable C."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from weft.ops import window
from weft.ops.base import Kernel, OpView, Params, array
from weft.ops.weighted import conv_groups, conv_runs, filters, linear, pair_parts, wide, wide_pairs

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


def _block(op: OpView, *, two: bool) -> int:
    """Output rows of a step."""
    sums, products = op.output.elements, op.input(1).elements // op.output.shape[3]
    return pair_parts.block(*window.image(op.output), sums * products) if two else 1


def _scratch(op: OpView, *, two: bool) -> int:
    several = op.output.shape[2] > 1 or _block(op, two=two) > 1
    return _window(op).scratch(two=two and several)


def _cycles(op: OpView, rows: int, *, two: bool, pieces: bool) -> int:
    (height, pixels), groups = window.image(op.output), conv_groups.groups(op)
    twos, ones = pair_parts.twos_and_ones(pixels, rows) if two else (0, pixels)
    cycles = wide_pairs.piece_cycles if pieces else wide_pairs.cycles
    step = cycles(_window(op), op.output.shape[3] // groups, twos, ones)
    return -(-height // rows) * groups * step


def _row_params(op: OpView, *, two: bool) -> Params:
    vectors = 2 if two else 1
    return {**conv_runs.params(op), "row_step": op.attrs.stride_h, "vectors": vectors}


def _pair_params(op: OpView, *, two: bool) -> Params:
    how, groups = linear.double_multipliers, conv_groups.groups(op)
    fields = wide_pairs.params(op, _AXIS, _window(op), how, groups)
    return {**_row_params(op, two=two), **fields}


def _piece_params(op: OpView, *, two: bool) -> Params:
    how, groups = linear.double_multipliers, conv_groups.groups(op)
    fields = wide_pairs.piece_params(op, _AXIS, _window(op), how, groups)
    return {**wide_pairs.in_conv(_row_params(op, two=two)), **fields}


def _kernels(*, two: bool) -> tuple[Kernel, Kernel]:
    """With sums that fit 32 bits, and in pieces; of `two` pixels at a time, or of one."""
    common: Mapping[str, Any] = {
        "rows": filters.geometry,
        "scratch": partial(_scratch, two=two),
        "block": partial(_block, two=two),
    }
    whole = Kernel(
        **wide_pairs.KERNEL,
        **common,
        params=partial(_pair_params, two=two),
        when=partial(wide_pairs.fits, axis=_AXIS, multipliers=linear.double_multipliers),
        cycles=partial(_cycles, two=two, pieces=False),
    )
    pieces = Kernel(
        **wide_pairs.PIECES_KERNEL,
        **common,
        params=partial(_piece_params, two=two),
        cycles=partial(_cycles, two=two, pieces=True),
    )
    return whole, pieces


(_WHOLE, _PIECES), (_WHOLE_ONE, _PIECES_ONE) = _kernels(two=True), _kernels(two=False)
KERNELS = (
    _WHOLE,
    _WHOLE_ONE,
    _PIECES,
    _PIECES_ONE,
    Kernel(**wide.KERNEL, params=_params, rows=filters.geometry, pitched=True),
)
