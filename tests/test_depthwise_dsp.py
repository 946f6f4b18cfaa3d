"""Depthwise kernels in assembly, on the emulated board: every entry into their unrolled loops, with
every form of outputs."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from exact import expect_formulas, sampled
from host_build import run_on_board
from model_builder import ModelBuilder
from random_model import RandomModel

from weft import driver
from weft.program import Program

WIDTHS = (*range(1, 13), 14, 18, 25)
OTHERS = (
    ((3, 3), (1, 1), 4),  # size, stride, number of filters for each channel
    ((5, 4), (1, 2), 2),
    ((5, 5), (3, 1), 1),
    ((6, 3), (2, 2), 2),
    ((7, 7), (2, 2), 1),
    ((2, 7), (2, 1), 3),
    ((3, 3), (3, 3), 1),
    ((5, 3), (1, 4), 2),
    ((1, 9), (1, 1), 1),
    ((9, 1), (2, 3), 1),
    ((9, 8), (1, 1), 3),
)
DILATIONS = ((1, 2), (2, 2), (1, 3), (3, 5))
INPUT_SCALE = 0.05
OUTPUTS = (  # zero point and activation, of each form; and what kernels of 3 by 3 are called then
    (-128, "RELU", "3x3"),
    (5, "NONE", "two_sided"),
    (-20, "RELU", "limited"),
    (-128, "RELU_N1_TO_1", "limited"),
    (100, "RELU_N1_TO_1", "two_sided"),
)
LAYERS = (
    *(((3, 3), outputs) for outputs in OUTPUTS),
    *(
        (size, outputs)
        for size in ((5, 5), (7, 7), (4, 2), (3, 6), (5, 1))
        for outputs in (OUTPUTS[0], OUTPUTS[-1])
    ),
)


Pair = tuple[int, int]
Outputs = tuple[int, str, str]


def layer(
    width: int,
    size: Pair,
    stride: Pair,
    number: int,
    channels: int,
    multiplier: int = 1,
    outputs: Outputs = OUTPUTS[0],
    dilation: Pair = (1, 1),
) -> Program:
    """One layer with weights to the extremes; rows and goals take turns."""
    rng = np.random.default_rng(number)
    rows, count, (zero_point, activation, _) = 4 + number // 2 % 2, channels * multiplier, outputs
    b = ModelBuilder()
    x = b.tensor((1, rows, width, channels), INPUT_SCALE, 3)
    values = rng.integers(-128, 128, (1, *size, count))
    values[rng.random(values.shape) < 0.2] = -128
    scales = rng.uniform(0.002, 0.008, count).tolist()
    if count == channels >= 8:
        scales[-1] *= 100  # for this one no short form is exact
    f = b.constant(values, scales, axis=3)
    bias = rng.integers(-(1 << 12), 1 << 12, count)
    z = b.constant(bias, [INPUT_SCALE * float(np.float32(s)) for s in scales], dtype="int32")
    output = (1, -(-rows // stride[0]), -(-width // stride[1]), count)
    y = b.tensor(output, 0.02 * np.sqrt(size[0] * size[1]), zero_point)
    b.operator(
        "DEPTHWISE_CONV_2D", [x, f, z], [y], padding="SAME", stride_h=stride[0], stride_w=stride[1],
        depth_multiplier=multiplier, fused_activation_function=activation,
        dilation_h_factor=dilation[0], dilation_w_factor=dilation[1],
    )  # fmt: skip
    goal = "ram" if size == (3, 3) and number % 2 else "balanced"
    options = driver.Options(f"m{number}", "cortex-m4", optimize=goal)
    return driver.compile_model(b.build([x], [y]), "m.tflite", options)


def judge(programs: list[Program], folder: Path) -> None:
    """Run all by fast kernels on the board, and compare them with the formula."""
    assert all("dsp" in p.calls[-1].kernel.symbol for p in programs)
    batch = sampled(programs)
    expect_formulas(batch, run_on_board(batch, folder))


@pytest.mark.cross
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(("size", "outputs"), LAYERS)
def test_every_width(size: Pair, outputs: Outputs, stride: int, tmp_path: Path) -> None:
    """Rows of all lengths give the outputs of the formula."""
    strides = (stride, stride)
    programs = [layer(w, size, strides, i, 4 + i % 6, 1, outputs) for i, w in enumerate(WIDTHS)]
    # Filters are cut to what they can see of an image.
    found = [p.calls[-1] for p in programs if p.calls[-1].op.input(1).shape[1:3] == (3, 3)]
    assert size != (3, 3) or all(outputs[2] in call.kernel.symbol for call in found)
    assert len(found) > len(WIDTHS) / 2 or size != (3, 3)
    judge(programs, tmp_path)


CHOICES = {
    # channels, filters of each, size, stride: part of the kernel's symbol
    (16, 1, (3, 3), (1, 1)): "3x3",
    (16, 1, (3, 3), (2, 2)): "3x3_stride_2",
    (16, 1, (5, 5), (1, 1)): "2d_s8__dsp",
    (16, 2, (3, 3), (1, 1)): "2d_s8__dsp",
    (16, 1, (3, 3), (3, 3)): "direct",
    (16, 1, (5, 5), (2, 2)): "direct",
    (16, 1, (7, 7), (2, 2)): "2d_s8__dsp",
    (16, 1, (9, 1), (1, 1)): "direct",
    (16, 1, (9, 9), (1, 1)): "direct",
    (1, 16, (3, 3), (1, 1)): "conv_2d_s8_dsp",
    (1, 8, (10, 8), (2, 2)): "conv_2d_s8_dsp",
    (1, 3, (3, 3), (1, 1)): "2d_s8__dsp",
    (1, 1, (3, 3), (1, 1)): "2d_3_s8",
    (3, 1, (5, 5), (1, 1)): "2d_s8__dsp",
}


@pytest.mark.parametrize(("channels", "multiplier", "size", "stride"), CHOICES)
def test_choices(channels: int, multiplier: int, size: Pair, stride: Pair) -> None:
    """Layers get the kernel that has been measured to be the fastest for their kind."""
    b = RandomModel(seed=1)
    x = b.input((1, 24, 24, channels))
    model = b.build([x], [b.depthwise_conv_2d(x, multiplier, size, stride)])
    program = driver.compile_model(model, "m.tflite", driver.Options("m", "cortex-m4"))
    symbol = program.calls[-1].kernel.symbol
    assert CHOICES[channels, multiplier, size, stride] in symbol, symbol


@pytest.mark.cross
@pytest.mark.parametrize(("size", "stride", "multiplier"), OTHERS)
def test_other_layers(size: Pair, stride: Pair, multiplier: int, tmp_path: Path) -> None:
    """Several filters for a channel, far strides, long filters, and few channels where they fit."""
    few = size[1] <= 7 and stride[1] <= 2
    counts = range(1 if few else 4, 10)
    programs = [
        layer(1 + 2 * c, size, stride, c, c, multiplier, OUTPUTS[c % len(OUTPUTS)]) for c in counts
    ]
    judge(programs, tmp_path)


@pytest.mark.cross
@pytest.mark.parametrize("dilation", DILATIONS)
def test_dilated(dilation: Pair, tmp_path: Path) -> None:
    """Filters of 3 by 3 whose columns are apart, with tiles of equal and of other widths."""
    kinds = enumerate(itertools.product((5, 6, 7, 12, 29), OUTPUTS))
    programs = [
        layer(w * dilation[1] + i % 4, (3, 3), (1, 1), i, 4 + i % 6, 1, outputs, dilation)
        for i, (w, outputs) in kinds
    ]
    assert all("dilated" in p.calls[-1].kernel.symbol for p in programs)
    judge(programs, tmp_path)
