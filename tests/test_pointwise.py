"""Convolutions of one pixel by packed pairs: every entry into the unrolled loops, every way in.

Vectors are unpacked many at a time, or in turn by the assembly, or one by one.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from exact import expect_formulas, sampled
from host_build import Batch, run_on_board, run_sanitized
from model_builder import ModelBuilder

from weft import driver, tradeoff
from weft.program import Program

DEPTHS = (*range(1, 17), 20, 24, 28, 32, 36, 40, 48, 64, 68, 72, 136, 160, 264)
IMAGES = ((1, 5), (2, 5), (3, 2), (2, 40), (5, 1), (1, 39), (3, 9))
INPUT_SCALE = 0.05


def layer(number: int, depth: int, **options: str) -> Program:
    """One layer with extreme weights; images, outputs, clamps and goals take turns."""
    rng = np.random.default_rng(number)
    height, width = IMAGES[number % len(IMAGES)]
    channels, relu = 3 + (number * 5) % 18, number % 3 > 0
    b = ModelBuilder()
    x = b.tensor((1, height, width, depth), INPUT_SCALE, 3)
    values = rng.integers(-127, 128, (channels, 1, 1, depth))
    scales = rng.uniform(0.002, 0.008, channels).tolist()
    f = b.constant(values, scales, axis=0)
    bias = rng.integers(-(1 << 12), 1 << 12, channels)
    z = b.constant(bias, [INPUT_SCALE * float(np.float32(s)) for s in scales], dtype="int32")
    y = b.tensor((1, height, width, channels), 0.3 * np.sqrt(depth), -128 if relu else 5)
    b.operator(
        "CONV_2D", [x, f, z], [y], padding="SAME", stride_h=1, stride_w=1,
        fused_activation_function="RELU" if relu else "NONE",
        dilation_h_factor=1, dilation_w_factor=1,
    )  # fmt: skip
    goal = "ram" if depth < 64 and number % 2 else "balanced"
    settings = driver.Options(f"m{number}", optimize=goal, **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tradeoff, "RAM_BYTES", 0)  # so small a layer would be as fast with little
        return driver.compile_model(b.build([x], [y]), "m.tflite", settings)


def batch(**options: str) -> Batch:
    """All layers; together they reach every way."""
    programs = [
        layer(part * len(DEPTHS) + i, depth, **options)
        for part in range(2)
        for i, depth in enumerate(DEPTHS)
    ]
    ways: Counter[str] = Counter()
    for program in programs:
        assert program.calls[-1].kernel.symbol == "weft_conv_2d_s8_dsp"
        params = program.params[-1]
        tile, several = params["tile"], params["output_width"] > 3
        assert isinstance(tile, int)
        ways["in turn" if tile == 0 else "one" if tile == 1 else "many"] += int(several)
    assert all(ways[way] > 3 for way in ("in turn", "one", "many")), ways
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
