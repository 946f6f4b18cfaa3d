"""Layers of packed pairs whose sums pass 2**23: as many pieces as there may be, every leftover."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from exact import expect_formulas, sampled
from host_build import Batch, run_on_board, run_sanitized
from model_builder import ModelBuilder

from weft import driver
from weft.ops.base import OpView
from weft.ops.weighted import linear
from weft.ops.weighted.pair_blocks import Sums
from weft.program import Program

LIMIT = 1 << 23
PIECE = 480  # inputs
DEPTHS = (*range(PIECE * 2 - 2, PIECE * 2 + 6), 529, 556, 560, 600, 601, 970, 1031, 1440, 1447)
WINDOWS = (  # image, filter, depth
    ((1, 5), (1, 1), 600), ((3, 2), (1, 1), 961), ((2, 3), (3, 3), 64), ((4, 4), (2, 3), 161),
    ((3, 1), (1, 1), 1444), ((5, 3), (3, 1), 200), ((5, 4), (5, 5), 41), ((2, 5), (3, 3), 120),
)  # fmt: skip
KERNELS = {
    "weft_conv_2d_pieces_s8_dsp": "CONV_2D and batches",
    "weft_fully_connected_pieces_s8_dsp": "single vectors",
    "weft_conv_2d_few_s8_dsp": "one channel",
    "weft_conv_2d_two_s8_dsp": "two channels",
}


def steep(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Weights of both ends, of one sign in most channels; -128 where pairs of weights allow it."""
    signs = rng.choice([-1, 1, 1], shape)
    signs[:: 1 + int(rng.integers(3))] = rng.choice([-1, 1])
    values = np.where(signs > 0, 127, -127)
    values[1::2] = np.where(values[1::2] == -127, -128, values[1::2])
    return values


def layer(number: int, depth: int, window: tuple[object, ...] | None, **options: str) -> Program:
    """One layer; channels, zero points, scalings by channel and clamps take turns."""
    rng, b = np.random.default_rng(number), ModelBuilder()
    units, batch = 1 + number * 5 % 11, (1, 1, 2, 3)[number % 4]
    relu, by_channel = number % 3 == 0, number % 2 == 0
    zero_point = (-128, 127, 0)[number % 3]
    image, size, depth = window or ((1, batch), (1, 1), depth)  # type: ignore[assignment]
    inputs = depth * size[0] * size[1]
    x = b.tensor((1, *image, depth) if window else (batch, depth), 0.05, zero_point)
    scale = rng.uniform(0.002, 0.008, units if by_channel else 1).tolist()
    shape = (units, *size, depth) if window else (units, depth)
    f = b.constant(steep(rng, shape), scale, axis=0)
    bias = rng.integers(-(1 << 22), 1 << 22, units)
    z = b.constant(bias, [0.05 * float(np.float32(s)) for s in scale], dtype="int32")
    about = 0.05 * 0.005 * 127 * inputs  # outputs spread, and saturate
    y_scale, y_zero = about * (0.5, 2, 0.2)[number % 3], -128 if relu else 11
    y = b.tensor((1, *image, units) if window else (batch, units), y_scale, y_zero)
    activation = "RELU" if relu else "NONE"
    if window:
        b.operator(
            "CONV_2D", [x, f, z], [y], padding="SAME", stride_h=1, stride_w=1,
            fused_activation_function=activation, dilation_h_factor=1, dilation_w_factor=1,
        )  # fmt: skip
    else:
        b.operator("FULLY_CONNECTED", [x, f, z], [y], fused_activation_function=activation)
    settings = driver.Options(f"m{number}", optimize="latency", **options)
    return driver.compile_model(b.build([x], [y]), "m.tflite", settings)


def batch(**options: str) -> Batch:
    """All layers, which reach all kernels, with sums of either sign that are too large."""
    programs = [layer(i, depth, None, **options) for i, depth in enumerate(DEPTHS)]
    programs += [layer(len(DEPTHS) + i, 0, w, **options) for i, w in enumerate(WINDOWS)]
    reached: set[str] = set()
    negative = positive = 0
    for program in programs:
        call = program.calls[-1]
        reached.add(call.kernel.symbol)
        sums = Sums.of(OpView.of(program.graph, call.node), 0)
        negative += int(sums.least.min() < -LIMIT)
        positive += int(sums.greatest.max() > LIMIT)
        assert linear.matrix(OpView.of(program.graph, call.node), 0).shape[1] > PIECE
    assert reached == KERNELS.keys()
    assert negative > len(programs) / 2 < positive
    return sampled(programs)


def test_in_c(tmp_path: Path) -> None:
    """The same on the host, in C, with no undefined behavior."""
    found = batch(variant="dsp")
    expect_formulas(found, run_sanitized(found, tmp_path))


@pytest.mark.cross
def test_in_assembly(tmp_path: Path) -> None:
    """On the emulated board."""
    found = batch(target="cortex-m4")
    expect_formulas(found, run_on_board(found, tmp_path))
