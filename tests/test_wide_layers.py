"""int16 layers by DSP instructions at all edges: widths, channels, filters, multipliers, clamps.

Sanitized on the host, and on the emulated board, which runs the assembly.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from exact import expect_formulas, sampled
from host_build import Batch, run_on_board, run_sanitized
from model_builder import ModelBuilder

from weft import driver
from weft.program import Program

INPUT_SCALE = 1e-4
FILTERS = ((1, 1), (3, 3), (2, 3), (5, 1), (1, 4), (4, 5), (7, 7))
ACTIVATIONS = ("NONE", "RELU", "RELU_N1_TO_1", "RELU6")
LAYERS = 36  # of each operator: widths 1 to 9, four times


def layer(depthwise: bool, number: int, core: str) -> Program:
    """A convolution of random numbers; sizes and options take turns."""
    rng = np.random.default_rng(number)
    width, size = 1 + number % 9, FILTERS[number % len(FILTERS)]
    height = 1 + number % 5
    channels = 1 + (5 * number + number // 9) % 17
    times = (1, 2, 1, 3, 5)[number % 5]  # outputs of a channel, if depthwise, else groups
    count = channels * times if depthwise else times * (1 + number % 6)
    inputs = channels if depthwise else channels * times
    dilation = 1 + number % 2 * (number // 9 % 2)
    b = ModelBuilder()
    x = b.tensor((1, height, width, inputs), INPUT_SCALE, dtype="int16")
    shape = (1, *size, count) if depthwise else (count, *size, channels)
    weights, axis = rng.integers(-128, 128, shape), 3 if depthwise else 0
    scales = rng.uniform(0.002, 0.008, count).tolist()
    f = b.constant(weights, scales, axis=axis)
    largest = 1 << (20 if number % 4 else 26)
    sums = [INPUT_SCALE * float(np.float32(s)) for s in scales]
    short = number % 3 == 2 and not depthwise  # rounded twice
    z = b.constant(
        rng.integers(-largest, largest, count), sums, dtype="int32" if short else "int64"
    )
    spread = 40 * np.sqrt(weights.size / count) * 0.005
    y = b.tensor((1, height, width, count), INPUT_SCALE * spread, dtype="int16")
    options = {"depth_multiplier": times} if depthwise else {}
    if short:
        options["quantized_bias_type"] = 2  # INT32 of the schema
    b.operator(
        "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D", [x, f, z], [y], padding="SAME",
        stride_h=1, stride_w=1, dilation_h_factor=dilation, dilation_w_factor=dilation,
        fused_activation_function=ACTIVATIONS[number // 2 % 4], **options,
    )  # fmt: skip
    variant = "dsp" if core == "generic" else None
    made = driver.Options(f"m{int(depthwise)}{number:02}", core, variant, "latency")
    program = driver.compile_model(b.build([x], [y]), "m.tflite", made)
    assert program.calls[-1].kernel.symbol.endswith("_s16_dsp")
    return program


def layers(core: str) -> Batch:
    """All of them."""
    programs = [layer(depthwise, i, core) for depthwise in (False, True) for i in range(LAYERS)]
    return sampled(programs)


def test_sanitized(tmp_path: Path) -> None:
    """No access outside of arrays, no undefined behavior."""
    batch = layers("generic")
    expect_formulas(batch, run_sanitized(batch, tmp_path))


@pytest.mark.cross
def test_on_board(tmp_path: Path) -> None:
    """The same in assembly."""
    batch = layers("cortex-m4")
    expect_formulas(batch, run_on_board(batch, tmp_path))
