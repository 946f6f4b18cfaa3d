"""DEPTHWISE_CONV_2D of 3 by 3, dilated, by the DSP extension: which layers, and their parameters.

The kernel is runtime/src/depthwise_conv_2d_3x3_dilated_s8__dsp.c, the one for outputs of both signs
applied to every few columns. Knows parameters, not the instructions.
"""

from __future__ import annotations

from functools import partial

from weft.ops.base import Kernel, OpView, Params
from weft.ops.weighted import depthwise_direct, depthwise_dsp, depthwise_sums, filters, linear
from weft.ops.weighted.depthwise_dsp import FAST_SCRATCH, SCRATCH, TWO_SIDED
from weft.ops.weighted.depthwise_finish import column_step

_CYCLES = {1: (26, 66, 400), 2: (21, 75, 500)}
"""Of an output, of a tile's channel and of a tile besides, by rows in a step."""


def fits(op: OpView) -> bool:
    """Whether the kernel can do it, and is faster than those for any filter: for few outputs of a
    row at a time it is not."""
    apart = linear.int8_weighted(op) and op.attrs.dilation_w > 1 and op.attrs.stride_w == 1
    return apart and depthwise_dsp.exact_3x3(op, TWO_SIDED) and _pays(op)


def _pays(op: OpView) -> bool:
    own = _cycles(op, depthwise_dsp.rows_3x3(op), FAST_SCRATCH)
    others = [depthwise_direct.cycles(op)] if depthwise_direct.fits(op) else []
    others += [depthwise_sums.fastest(op)] if depthwise_sums.fits(op) else []
    return own < min(others, default=own + 1)


def _cycles(op: OpView, block: int, most: int) -> int:
    """Roughly, by outputs and tiles."""
    _, height, width, channels = op.output.shape
    output, start, tile = _CYCLES[block]
    tiles = -(-height // block) * depthwise_dsp.tiles_3x3(op, most)
    return channels * (height * width * output + tiles * start) + tiles * tile


def _params(op: OpView, most: int) -> Params:
    """The fields of weft_depthwise_conv_2d_3x3_dilated_s8_params, for tiles of `most` bytes of
    scratch."""
    near = depthwise_dsp.params_3x3(op, most, TWO_SIDED)
    return {
        **{name: near[name] for name in near if name not in ("stride_width", "trail")},
        "column_step": column_step(op),
        "end": filters.row_window(op).lead + op.input(0).shape[2],
    }


KERNELS = tuple(
    Kernel(
        "weft_depthwise_conv_2d_3x3_dilated_s8__dsp",
        "weft_depthwise_conv_2d_3x3_dilated_s8_params",
        "depthwise_conv_2d_3x3_dilated_s8__dsp.c",
        "depthwise_conv_2d_3x3_dilated_s8.h",
        partial(_params, most=most),
        rows=filters.geometry,
        needs=frozenset({"dsp"}),
        when=fits,
        why=f"{how}; {TWO_SIDED.why}",
        scratch=partial(depthwise_dsp.scratch_3x3, most=most),
        block=depthwise_dsp.rows_3x3,
        cycles=partial(_cycles, most=most),
        shared=("depthwise_3x3.c", "depthwise_finish.c"),
    )
    for how, most in SCRATCH.items()
)
