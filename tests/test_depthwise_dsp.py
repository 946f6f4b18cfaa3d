"""Depthwise kernels in assembly, on the emulated board: every entry into their unrolled loops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from host_build import run_on_board
from model_builder import ModelBuilder

from weft import driver, emit, verify
from weft.program import Program

WIDTHS = (*range(1, 13), 14, 18, 25)
SIZES = ((3, 3), (5, 5), (7, 7), (4, 2), (3, 6), (5, 1))
INPUT_SCALE = 0.05


def layer(width: int, size: tuple[int, int], stride: int, number: int) -> Program:
    """One layer with weights to the extremes; channels, rows, clamps and goals take turns."""
    rng = np.random.default_rng(number)
    channels, rows, relu = 4 + number % 6, 4 + number // 2 % 2, number % 3 > 0
    b = ModelBuilder()
    x = b.tensor((1, rows, width, channels), INPUT_SCALE, 3)
    values = rng.integers(-128, 128, (1, *size, channels))
    values[rng.random(values.shape) < 0.2] = -128
    scales = rng.uniform(0.002, 0.008, channels).tolist()
    f = b.constant(values, scales, axis=3)
    bias = rng.integers(-(1 << 12), 1 << 12, channels)
    z = b.constant(bias, [INPUT_SCALE * float(np.float32(s)) for s in scales], dtype="int32")
    output = (1, -(-rows // stride), -(-width // stride), channels)
    y = b.tensor(output, 0.2 * np.sqrt(size[0] * size[1]), -128 if relu else 5)
    b.operator(
        "DEPTHWISE_CONV_2D", [x, f, z], [y], padding="SAME", stride_h=stride, stride_w=stride,
        depth_multiplier=1, fused_activation_function="RELU" if relu else "NONE",
        dilation_h_factor=1, dilation_w_factor=1,
    )  # fmt: skip
    goal = "ram" if size == (3, 3) and number % 2 else "balanced"
    options = driver.Options(f"m{number}", "cortex-m4", optimize=goal)
    return driver.compile_model(b.build([x], [y]), "m.tflite", options)


@pytest.mark.cross
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("size", SIZES)
def test_every_width(size: tuple[int, int], stride: int, tmp_path: Path) -> None:
    """Rows of all lengths give the outputs of the formula."""
    programs = [layer(width, size, stride, i) for i, width in enumerate(WIDTHS)]
    assert all("dsp" in p.calls[-1].kernel.symbol for p in programs)
    batch = [(p, verify.make_samples(p.model, 4)) for p in programs]
    for (program, samples), traces in zip(batch, run_on_board(batch, tmp_path), strict=True):
        reference = verify.NumpyReference(program.model)
        view = emit.harness_view(program)
        verdict = verify.compare(program, view, samples, traces, reference)
        assert verdict.bit_exact, f"{program.graph.inputs}: {verdict.first_mismatch}"
