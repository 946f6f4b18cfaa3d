"""Layers that are several convolutions by packed pairs: which ones, and where they give way.

That they are exact is tested by tests/cases/conv_2d.py and transpose_conv.py.
"""

from __future__ import annotations

import numpy as np
import pytest
from model_builder import ModelBuilder

from weft import driver
from weft.ops import REGISTRY
from weft.ops.base import Params
from weft.quant import Ints

GROUPS, TRANSPOSED = "weft_conv_2d_groups_s8_dsp", "weft_transpose_conv_s8_dsp"


def chosen(b: ModelBuilder, x: int, y: int, operator: str) -> tuple[str, Params]:
    """The kernel of a model's only operator with DSP instructions, and its parameters."""
    options = driver.Options(name="m", variant="dsp")
    program = driver.compile_model(b.build([x], [y]), "m.tflite", options)
    (number,) = (i for i, call in enumerate(program.calls) if call.node.op == operator)
    return program.calls[number].kernel.symbol, program.params[number]


def grouped(weights: Ints, groups: int, height: int = 6) -> tuple[str, Params]:
    """A convolution with (O, H, W, I) weights."""
    b, (count, _, _, depth) = ModelBuilder(), weights.shape
    x = b.tensor((1, height, 6, depth * groups), 0.1)
    y = b.tensor((1, height, 6, count), 1000.0)
    w = b.constant(weights, 0.1)
    b.operator("CONV_2D", [x, w], [y], padding="SAME", stride_h=1, stride_w=1,
               dilation_h_factor=1, dilation_w_factor=1)  # fmt: skip
    return chosen(b, x, y, "conv_2d")


def transposed(weights: Ints, stride: int) -> tuple[str, Params]:
    """A transposed convolution with (O, H, W, I) weights."""
    b, (count, _, _, depth) = ModelBuilder(), weights.shape
    x, shape = b.tensor((1, 6, 6, depth), 0.1), (1, 6 * stride, 6 * stride, count)
    y = b.tensor(shape, 1000.0)
    b.operator("TRANSPOSE_CONV", [b.constant(shape, dtype="int32"), b.constant(weights, 0.1), x],
               [y], padding="SAME", stride_h=stride, stride_w=stride)  # fmt: skip
    return chosen(b, x, y, "transpose_conv")


@pytest.mark.parametrize(
    ("groups", "outputs", "parts"), [(6, 1, 2), (7, 1, 7), (4, 2, 2), (3, 2, 3), (5, 3, 5)]
)
def test_groups_fill_a_block(groups: int, outputs: int, parts: int) -> None:
    """As many as divide all groups and have four channels or fewer together."""
    symbol, params = grouped(np.ones((groups * outputs, 3, 3, 2), np.int64), groups)
    assert symbol == GROUPS
    assert (params["parts"], params["part_inputs"]) == (parts, 2 * groups // parts)


@pytest.mark.parametrize(
    ("size", "stride", "outputs", "parts"),
    [
        (2, 2, 5, 1),
        (3, 2, 1, 1),
        (3, 2, 4, 2),
        (4, 2, 2, 1),
        (4, 2, 4, 2),
        (1, 3, 1, 1),
        (2, 1, 4, 1),
    ],
)
def test_phases_are_joined(size: int, stride: int, outputs: int, parts: int) -> None:
    """Where that multiplies no more: they read the same columns, or few channels share a block."""
    symbol, params = transposed(np.ones((outputs, size, size, 4), np.int64), stride)
    assert symbol == TRANSPOSED
    assert params["parts"] == parts


@pytest.mark.parametrize("rows", [31, 32])
def test_filters_of_many_rows(rows: int) -> None:
    """Two output rows at a stride of one read one row more than the filter has."""
    symbol, _ = grouped(np.ones((4, rows, 1, 2), np.int64), 2, height=40)
    assert (symbol == GROUPS) == (rows < 32)


def test_sums_beyond_the_range() -> None:
    """A single group or phase whose sums, or pairs of weights, do not fit is enough."""
    weights = np.ones((8, 1, 1, 600), np.int64)
    assert grouped(weights, 2)[0] == GROUPS
    weights[6] = 127  # 127 * 600 * 128 is more than 2^23
    assert grouped(weights, 2)[0] == REGISTRY["conv_2d"].kernels[-1].symbol
    weights = np.ones((4, 2, 2, 8), np.int64)
    assert transposed(weights, 2)[0] == TRANSPOSED
    weights[2, 1, 0, 5], weights[3, 1, 0, 5] = -128, -1
    assert transposed(weights, 2)[0] == REGISTRY["transpose_conv"].kernels[-1].symbol
