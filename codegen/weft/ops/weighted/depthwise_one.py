"""DEPTHWISE_CONV_2D of one input channel by the DSP extension: the convolution that it is.

With many filters for the channel there is much to multiply in each window, and the kernel of
CONV_2D does that faster.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from weft.ops.base import Kernel, OpView, Params
from weft.ops.weighted import depthwise_sums, pair_packing
from weft.ops.weighted.conv_2d import Conv2D

_WORD_CYCLES, _BYTE_CYCLES = 14, 17  # of four inputs, or one behind them, in a row of a window
_OUTPUT_CYCLES = 2


def _convolution(op: OpView) -> OpView:
    """The same layer with filters OHW1 instead of 1HWO."""
    filters = op.input(1)
    data, quant = filters.data.transpose(3, 1, 2, 0), filters.q
    if quant.axis is not None:
        quant = replace(quant, axis=0)
    const = filters.dtype.pack(data)
    turned = replace(filters, shape=data.shape, const=const, quant=quant, origin=None)
    node = replace(op.node, op=Conv2D.name)
    return OpView(node, (op.inputs[0], turned, *op.inputs[2:]), op.outputs)


def _cycles(op: OpView, rows: int, kernel: Kernel) -> int:
    """Roughly, of an inference: there is more to do for windows of short rows than in others."""
    assert kernel.cycles is not None
    _, height, width, count = op.input(1).shape
    unpacked = height * (_WORD_CYCLES * (width // 4) + _BYTE_CYCLES * (width % 4))
    pixels = op.output.elements // count
    return kernel.cycles(_convolution(op), rows) + pixels * (unpacked + _OUTPUT_CYCLES * count)


def _fits(op: OpView, kernel: Kernel) -> bool:
    """Whether the kernel can do it, and faster than sums of five outputs can be made."""
    if op.input(0).shape[3] > 1 or not kernel.when(_convolution(op)):
        return False
    return _cycles(op, kernel.block(_convolution(op)), kernel) < depthwise_sums.fastest(op)


def _params(op: OpView, kernel: Kernel) -> Params:
    return kernel.params(_convolution(op))


def _scratch(op: OpView, kernel: Kernel) -> int:
    return kernel.scratch(_convolution(op))


def _block(op: OpView, kernel: Kernel) -> int:
    return kernel.block(_convolution(op))


KERNELS = tuple(
    replace(
        kernel,
        params=partial(_params, kernel=kernel),
        when=partial(_fits, kernel=kernel),
        why="a convolution of one input channel; " + kernel.why,
        scratch=partial(_scratch, kernel=kernel),
        block=partial(_block, kernel=kernel),
        cycles=partial(_cycles, kernel=kernel),
    )
    for kernel in Conv2D.kernels
    if kernel.symbol == pair_packing.KERNEL["symbol"]
)
"""Those of packed pairs, with more scratch first."""
