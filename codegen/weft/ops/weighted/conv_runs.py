"""Where kernels of CONV_2D find the inputs of a sum: runs that are contiguous in the input.

For portable kernels, and those of int16 images; see weft/conv_2d_s8.h.
"""

from __future__ import annotations

import numpy as np

from weft.ops.base import OpView, Params, Values
from weft.ops.weighted import conv_groups, filters, linear


def joined(op: OpView) -> bool:
    """Whether a row of the filter is contiguous in the input."""
    return conv_groups.groups(op) == 1 and op.attrs.dilation_w == 1


def length(op: OpView) -> int:
    """Elements of a run."""
    _, _, width, depth = op.input(1).shape
    return width * depth if joined(op) else depth


def weights(op: OpView) -> Values:
    """Weights in the kernels' order: by group, fours of channels, (run, row, element) each."""
    count, given = op.output.shape[3], op.input(1).data  # (channel, row, run, element)
    runs = given if joined(op) else given.swapaxes(1, 2)
    groups = np.split(runs.reshape(count, -1), conv_groups.groups(op))
    if linear.int4_weighted(op):
        return np.concatenate([linear.quads_of_int4(w, length(op)) for w in groups])
    return np.concatenate([linear.quads(w) for w in groups])


def params(op: OpView) -> Params:
    """Where the portable kernels find the inputs of a sum."""
    _, height, width, _ = op.input(1).shape
    one = joined(op)
    return {
        "output_width": op.output.shape[2],
        "output_channels": op.output.shape[3],
        "pixel_step": filters.pixel_step(op),
        "filter_height": height,
        "dilation_height": op.attrs.dilation_h,
        "runs": 1 if one else width,
        "run_length": length(op),
        "run_step": 0 if one else filters.column_step(op),
    }
