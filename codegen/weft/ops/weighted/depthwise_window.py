"""Where the portable depthwise kernels find the inputs of a sum."""

from __future__ import annotations

from weft.ops.base import OpView, Params
from weft.ops.weighted import filters


def params(op: OpView) -> Params:
    """The fields about windows."""
    _, height, width, count = op.input(1).shape
    return {
        "output_width": op.output.shape[2],
        "output_channels": count,
        "depth_multiplier": op.attrs.depth_multiplier,
        "pixel_step": filters.pixel_step(op),
        "filter_height": height,
        "filter_width": width,
        "dilation_height": op.attrs.dilation_h,
        "tap_step": filters.column_step(op),
    }
