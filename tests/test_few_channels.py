"""Convolutions to one and two channels, from windows where they are: runs of every length."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from exact import expect_formulas, sampled
from host_build import Batch, run_on_board, run_sanitized
from model_builder import ModelBuilder

from weft import driver
from weft.ops.weighted import conv_few
from weft.program import Program

INPUT_SCALE = 0.05
WINDOWS = ((1, 1), (1, 3), (3, 2))
DEPTHS = range(1, 10)


@pytest.fixture(autouse=True)
def _always_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conv_few, "cycles", lambda *_: 0)


def layer(number: int, depth: int, window: tuple[int, int], channels: int, core: str) -> Program:
    """One layer with extreme weights; widths, strides, dilations and clamps take turns."""
    rng = np.random.default_rng(number)
    width, dilation = 4 + number % 5, 1 + number % 2
    relu = number % 3 > 0
    b = ModelBuilder()
    x = b.tensor((1, 5, width, depth), INPUT_SCALE, int(rng.integers(-128, 128)))
    scales = rng.uniform(0.002, 0.008, channels).tolist()
    f = b.constant(rng.integers(-128, 128, (channels, *window, depth)), scales, axis=0)
    bias = rng.integers(-(1 << 12), 1 << 12, channels)
    z = b.constant(bias, [INPUT_SCALE * float(np.float32(s)) for s in scales], dtype="int32")
    y = b.tensor((1, 5, width, channels), 0.3 * np.sqrt(depth), -128 if relu else 5)
    b.operator(
        "CONV_2D", [x, f, z], [y], padding="SAME", stride_h=1, stride_w=1,
        fused_activation_function="RELU" if relu else "NONE",
        dilation_h_factor=1, dilation_w_factor=dilation,
    )  # fmt: skip
    variant = "dsp" if core == "generic" else None
    options = driver.Options(f"m{number}", core, variant, "latency", no_passes=("crop_filters",))
    program = driver.compile_model(b.build([x], [y]), "m.tflite", options)
    assert program.calls[-1].kernel.symbol == conv_few.KERNELS[channels]["symbol"]
    return program


def layers(core: str) -> Batch:
    """All of them."""
    kinds = enumerate(itertools.product(DEPTHS, WINDOWS, conv_few.KERNELS))
    return sampled(layer(i, *kind, core) for i, kind in kinds)


def test_in_c(tmp_path: Path) -> None:
    """On the host, in C, with no undefined behavior and no access outside of the arena."""
    batch = layers("generic")
    expect_formulas(batch, run_sanitized(batch, tmp_path))


@pytest.mark.cross
def test_in_assembly(tmp_path: Path) -> None:
    """On the emulated board."""
    batch = layers("cortex-m4")
    expect_formulas(batch, run_on_board(batch, tmp_path))
