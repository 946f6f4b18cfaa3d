"""TRANSPOSE_CONV of int16 images by DSP instructions: runtime/src/transpose_conv_s16__dsp.c.

Each phase of rows and of columns is a convolution of stride 1 that writes every stride-th pixel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from weft.ops.base import OpView, Params, array
from weft.ops.weighted import linear, pair_parts, transposed, wide_pairs
from weft.ops.weighted.linear import Multipliers
from weft.ops.weighted.transpose_parts import Part, parts

KERNEL: Mapping[str, Any] = {
    "symbol": "weft_transpose_conv_s16_dsp",
    "struct": "weft_transpose_conv_s16_dsp_params",
    "source": "transpose_conv_s16__dsp.c",
    "header": "transpose_conv_s16__dsp.h",
    "needs": frozenset({"dsp"}),
    "pitched": True,
    "why": "two products per instruction; a convolution for each place of outputs within a stride",
    "shared": ("conv_2d_s16__dsp.c",),
}


def _window(part: Part) -> wide_pairs.Window:
    """What an output pixel reads: rows of neighboring columns."""
    _, rows, columns, depth = part.filters.shape
    return wide_pairs.Window(rows, columns * depth)


def _bound(part: Part) -> int:
    """What no sum of a part exceeds."""
    return int((np.abs(part.bias) + (np.abs(part.matrix).sum(axis=1) << 15)).max())


def fits(op: OpView, multipliers: Multipliers) -> bool:
    """Whether the kernel gives the exact outputs."""
    rows, _ = transposed.phases(op)
    if not linear.int16_activated(op) or rows.most > pair_parts.MOST_ROWS:
        return False
    return wide_pairs.fits_below(op, max(_bound(part) for part in parts(op)), multipliers)


def scratch(op: OpView) -> int:
    """Bytes for the windows of a part."""
    return max(_window(part).scratch(two=part.pixels > 1) for part in parts(op))


def cycles(op: OpView, _: int) -> int:
    """Roughly, of an inference."""
    found = [
        wide_pairs.cycles(_window(part), len(part.filters), *divmod(part.pixels, 2))
        for part in parts(op)
    ]
    return op.output.rows[0] * sum(found) // int(op.attrs.stride_h)


def params(op: OpView, multipliers: Multipliers) -> Params:
    """The fields of the kernel's struct."""
    found, columns = list(parts(op)), transposed.phases(op)[1]
    depth, how = op.input(0).shape[3], wide_pairs.scaling(op, multipliers)
    words = [
        wide_pairs.blocks(x.matrix, x.bias, how[x.channels(op)], _window(x).order).ravel()
        for x in found
    ]
    starts = np.cumsum([0, *map(len, words[:-1])]).tolist()
    numbers = [
        (
            start,
            (columns.lead + part.start) * depth,
            part.pixels,
            part.filters.shape[1],
            _window(part).length,
            _window(part).pairs,
        )
        for start, part in zip(starts, found, strict=True)
    ]
    fields = {
        "weights": array(np.concatenate(words), "uint32"),
        **wide_pairs.output_params(op),
        "vectors": 2,
        "runs": 1,
        "output_channels": len(found[0].filters),
        "output_step": op.attrs.stride_w * op.output.pixel_step,
        "groups": 1,
        "pixel_step": depth,
        "dilation_height": 1,
    }
    return {
        **{f"conv.{name}": value for name, value in fields.items()},
        "phases": array(numbers, "int32"),
        "parts": len(found) // op.attrs.stride_h,
        "part_outputs": op.output.pixel_step,
        "rows": transposed.phases(op)[0].most,
        "stride_height": op.attrs.stride_h,
        "pad_top": op.attrs.pads.top,
    }
