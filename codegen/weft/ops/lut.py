"""Any operator from one 8-bit tensor to another, element by element, as a table of 256 bytes.

The table is the operator's own `reference`, evaluated for every possible input.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from weft.ir import DType, Tensor
from weft.ops.base import Kernel, OpView, Params, Values, array
from weft.ops.checks import named

Reference = Callable[[OpView, Sequence[Values | None]], tuple[Values, ...]]

_BYTES = (DType.INT8, DType.UINT8)


def not_quantized_byte(tensor: Tensor) -> str | None:
    """What keeps a tensor from being int8 or uint8 with one scale and zero point."""
    if tensor.dtype not in _BYTES:
        return f"{named(tensor)} is {tensor.dtype.value}"
    if tensor.quant is None:
        return f"{named(tensor)} is not quantized"
    if len(tensor.quant.scale) != 1 or len(tensor.quant.zero_point) != 1:
        return f"{named(tensor)} has {len(tensor.quant.scale)} scales"
    least, greatest = tensor.dtype.limits
    if not least <= tensor.quant.zp <= greatest:
        return f"the zero point of {named(tensor)} is {tensor.quant.zp}"
    return None


def table(op: OpView, reference: Reference) -> Values:
    """The output for each input, both as stored bytes: entry 255 is for int8 -1 or uint8 255."""
    every = np.arange(256, dtype=np.uint8).view(op.input(0).dtype.numpy)
    (outputs,) = reference(op, [every])
    return array(outputs.view(np.int8), "int8")


def lut_kernel(reference: Reference, when: Callable[[OpView], bool] | None = None) -> Kernel:
    """The table kernel for an operator, to be made in its class body after `reference`."""

    def params(op: OpView) -> Params:
        _, pixels, channels = op.output.rows
        return {"table": table(op, reference), "elements": pixels * channels}

    def always(_: OpView) -> bool:
        return True

    return Kernel(
        symbol="weft_lut_s8",
        struct="weft_lut_s8_params",
        source="lut_s8.c",
        header="lut_s8.h",
        params=params,
        when=when or always,
        why="a table of all 256 outputs",
        in_place=True,
    )
