"""DEPTHWISE_CONV_2D of 3 by 3 by the DSP extension: which layers, and the weights in order.

The kernels are runtime/src/depthwise_conv_2d_3x3_s8__dsp.c and, at a stride of 2,
depthwise_conv_2d_3x3_stride_2_s8__dsp.c, and others of each for further forms of outputs. They are
for filters whose outputs are exact in a short form of `requant_fit`, but for those of few channels.
Knows parameters, not the instructions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from weft.ops.activation import clamp_range
from weft.ops.base import OpView, Params, Values, array
from weft.ops.weighted import filters, linear
from weft.ops.weighted.depthwise_finish import (
    AXIS,
    GROUP,
    MOSTLY,
    column_step,
    finish_params,
    shape_params,
)
from weft.ops.weighted.requant_fit import (
    SCALE_BITS,
    Channels,
    Folded,
    TwoSided,
    fold_to,
    fold_two_sided,
    proofs,
)
from weft.quant import Ints

Mask = npt.NDArray[np.bool_]

_SHIFT = 10  # WEFT_QUAD_SHIFT: right, of outputs in the short form; nearly all layers have one
_TWO_COLUMNS = {1: 64, 2: 80}  # bytes unpacked of four channels, for filters of 3 by 3, by stride
_LEAST = 3  # outputs of a row that they are for at a stride of 1
_CYCLES = {(1, 1): (20, 98), (1, 2): (16, 115), (2, 1): (27, 80), (2, 2): (23, 100)}
"""Of an output and of a tile, by stride and rows in a step, for filters of 3 by 3."""


@dataclass(frozen=True)
class Form:
    """How a kernel makes outputs of sums: by requantization of what short form, between limits or
    not, and how many cycles that takes beyond the shortest one."""

    suffix: str  # of the kernel's name
    fold: Callable[[Channels, int], Folded]
    limited: bool
    cycles: int
    why: str


CUT_OFF = Form("", fold_to, False, 0, "exact short requantization")
LIMITED = Form("_limited", fold_to, True, 1, "exact short requantization, and limits")
TWO_SIDED = Form("_two_sided", fold_two_sided, True, 5, "exact short requantization by sign")
FORMS = (CUT_OFF, LIMITED, TWO_SIDED)

FAST_SCRATCH = 2304  # bytes: 56 output pixels of a row at a time, 25 at a stride of 2
SMALL_SCRATCH = 512  # bytes: ten, or four
SCRATCH = {
    "pairs of rows, four channels at a time": FAST_SCRATCH,
    "pairs of rows, four channels of few pixels at a time": SMALL_SCRATCH,
}
"""How the kernels for the DSP extension work, with about how many bytes of scratch."""


def fits_3x3(op: OpView, stride: int, form: Form) -> bool:
    """Whether the kernel for filters of 3 by 3 at a stride can do it, with exact outputs."""
    near = op.attrs.dilation_w == 1 and op.attrs.stride_w == stride
    return near and (form.limited or not _cuts(op)) and exact_3x3(op, form)


def exact_3x3(op: OpView, form: Form) -> bool:
    """Whether filters are of 3 by 3, one for each channel, and outputs exact in a form."""
    _, height, width, channels = op.input(1).shape
    one_each = channels >= GROUP and op.attrs.depth_multiplier == 1
    return (height, width) == (3, 3) and one_each and _folded(op, form) is not None


def rows_3x3(op: OpView) -> int:
    """Output rows per step: two neighbors share two input rows, one at a stride of 2."""
    a = op.attrs
    together = a.stride_h == a.stride_w and a.dilation_h == 1 and op.output.shape[1] > 1
    return 2 if together else 1


def scratch_3x3(op: OpView, most: int) -> int:
    """Bytes: a tile's unpacked input columns and outputs; `most` decide how wide it may be."""
    return _scratch_3x3(op, _tile_3x3(op, most))


def cycles_3x3(op: OpView, block: int, most: int, form: Form) -> int:
    """Roughly, by outputs and tiles."""
    _, height, width, channels = op.output.shape
    output, start = _CYCLES[op.attrs.stride_w, block]
    tiles = -(-height // block) * tiles_3x3(op, most)
    return channels * (height * width * (output + form.cycles) + tiles * start)


def tiles_3x3(op: OpView, most: int) -> int:
    """Tiles of a row."""
    return -(-_together(op) // _tile_3x3(op, most)) * column_step(op)


def params_3x3(op: OpView, most: int, form: Form) -> Params:
    """The fields of weft_depthwise_conv_2d_3x3_s8_params, for tiles of `most` bytes of scratch."""
    found = _folded(op, form)
    assert found is not None
    folded, exact = found
    low, high = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    words = _filters_3x3(op, folded)
    return {
        "filters": np.concatenate([_four_times(low, high), words]) if form.limited else words,
        **finish_params(op, exact, limited=True),
        **shape_params(op, _tile_3x3(op, most)),
        "trail": filters.row_window(op).trail,
    }


def _cuts(op: OpView) -> bool:
    """Whether the activation leaves less outputs than saturation does."""
    return clamp_range(op.attrs.activation, op.output.q, -128, 127) != (-128, 127)


def _four_times(low: int, high: int) -> Values:
    """Two words with the same byte four times."""
    return np.repeat(np.array([low, high], np.int8), 4).view("<i4")


def _together(op: OpView) -> int:
    """Outputs of a row that may read the same columns."""
    return int(-(-op.output.shape[2] // column_step(op)))


def _even_tile(op: OpView, widest: int) -> int:
    """Output pixels at a time: tiles of a row are about equally wide."""
    width = _together(op)
    return -(-width // -(-width // widest))


def _tile_3x3(op: OpView, most: int) -> int:
    """Output pixels at a time, for as much scratch as there may be."""
    widest = 1
    while _scratch_3x3(op, widest + 1) <= most:
        widest += 1
    return _even_tile(op, widest)


def _scratch_3x3(op: OpView, tile: int) -> int:
    stride = op.attrs.stride_w
    if stride == 2:
        return _TWO_COLUMNS[stride] * (tile + 1) + 2 * GROUP * tile
    pixels = max(tile, _LEAST)
    return _TWO_COLUMNS[stride] * (-(-pixels // 2) + 1) + 2 * GROUP * pixels


def _scaled_bias(op: OpView) -> Ints:
    """What is added to 256 times the sum of products, without an offset."""
    return linear.folded_bias(op, AXIS) << SCALE_BITS


def _filters_3x3(op: OpView, folded: Folded) -> Values:
    """The words for each channel, as depthwise_conv_2d_3x3_s8.h says."""
    taps = linear.matrix(op, AXIS).astype(np.int8).reshape(-1, 3, 3)
    none = np.zeros(len(taps), np.int8)
    w00, w01, w02, w10, w11, w12, w20, w21, w22 = taps.reshape(-1, 9).T
    if op.attrs.stride_w == 1:
        order = (w11, w10, w21, w20, w00, w12, w01, w22, none, w01, none, w02)
    else:
        order = (w01, w00, w11, w10, w21, w02, w22, w12, none, none, none, w20)
    packed = np.ascontiguousarray(np.stack(order, axis=1)).view("<i4")
    if isinstance(folded, TwoSided):
        offsets = [_scaled_bias(op), folded.offset, folded.below]
    else:
        offsets = [_scaled_bias(op) + folded.offset]
    return array(np.column_stack([folded.multiplier, *offsets, packed]).ravel(), "int32")


def _folded(op: OpView, form: Form) -> tuple[Folded, Mask] | None:
    """The short form of the outputs, and for which channels it is exact.

    None where it is not for many, or sums may leave 32 bits.
    """
    weights, bias = linear.matrix(op, AXIS), linear.folded_bias(op, AXIS)
    least = bias + np.minimum(-128 * weights, 127 * weights).sum(axis=1)
    greatest = bias + np.maximum(-128 * weights, 127 * weights).sum(axis=1)
    multiplier, shift = linear.requantization(linear.double_multipliers(op), len(bias))
    if shift.max() > 0 or np.abs(bias).max() >= 1 << (31 - SCALE_BITS):
        return None
    low, high = clamp_range(op.attrs.activation, op.output.q, -128, 127)
    if low >= high:
        return None
    numbers = np.stack([multiplier, shift, least, greatest])
    return _fold(form.fold, numbers.tobytes(), op.output.q.zp, low, high)


@lru_cache(maxsize=128)
def _fold(
    fold: Callable[[Channels, int], Folded], numbers: bytes, zero_point: int, low: int, high: int
) -> tuple[Folded, Mask] | None:
    """The same, once for all that ask about a layer; `numbers` are those of `Channels`."""
    multiplier, shift, least, greatest = np.frombuffer(numbers, np.int64).reshape(4, -1)
    channels = Channels(multiplier, shift, least, greatest, zero_point, low, high)
    folded = fold(channels, _SHIFT)
    exact = proofs(channels, folded)
    return (folded, exact) if np.mean(exact) >= MOSTLY else None
