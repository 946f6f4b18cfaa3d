"""Winograd's algorithm: the transforms, the ranges that make it exact, and the kernel at all edges.

Models here take the kernel wherever it is exact, whether it pays or not.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from exact import expect_formulas, sampled
from host_build import Batch, HostBuild, run_on_board, run_sanitized
from model_builder import ModelBuilder
from random_model import RandomModel

from weft import driver
from weft.ops.weighted import winograd
from weft.program import Program
from weft.quant import Ints

SIZES = tuple(itertools.product((1, 2, 3, 4, 5, 9), range(4, 14)))
INPUT_SCALE = 0.05
SYMBOL = "weft_conv_2d_winograd_s8__dsp"


@pytest.fixture(autouse=True)
def _always_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winograd, "cycles", lambda *_: 0)


def filtered(pixels: Ints, weights: Ints) -> Ints:
    """4 by 4 sums of 6 by 6 pixels."""
    places = itertools.product(range(winograd.OUT), repeat=2)
    sums = [int((pixels[y : y + 3, x : x + 3] * weights).sum()) for y, x in places]
    return np.array(sums, np.int64).reshape(winograd.OUT, winograd.OUT)


@pytest.mark.parametrize("seed", range(10))
def test_transforms(seed: int) -> None:
    """Transformed, multiplied and transformed back: the sums times 576."""
    rng = np.random.default_rng(seed)
    pixels, weights = rng.integers(-128, 128, (6, 6)), rng.integers(-128, 128, (3, 3))
    products = (
        winograd.transformed(weights[None, :, :, None]).reshape(6, 6)
        * (winograd.INPUTS @ pixels @ winograd.INPUTS.T)
    )  # fmt: skip
    sums = winograd.OUTPUTS @ products @ winograd.OUTPUTS.T
    assert np.array_equal(sums, winograd.SCALE * filtered(pixels, weights))


@pytest.mark.parametrize("matrix", [winograd.FILTERS, winograd.INPUTS])
def test_transformed_values_fit_16_bits(matrix: Ints) -> None:
    """Whatever the weights and inputs are; the worst ones are -128 where a row is positive."""
    most = int(np.abs(matrix).sum(axis=1).max()) ** 2 * 128
    worst = np.where(np.multiply.outer(matrix, matrix) > 0, -128, 127)
    reached = np.einsum("pr,prqc,qc->pq", matrix, worst, matrix)
    assert np.abs(reached).max() <= most < 1 << 15


def test_scale_can_be_taken_back() -> None:
    """The header's constant makes 256 of 576 for all sums below 2**23, modulo 2**32."""
    header = Path(driver.__file__).parents[2] / "runtime/include/weft/winograd_outputs.h"
    (line,) = (s for s in header.read_text().splitlines() if "#define WEFT_WINOGRAD_4_9" in s)
    factor = int(line.partition("(")[2].partition(")")[0], 16)
    sums = np.array([*range(-999, 999), (1 << 23) - 1, 1 - (1 << 23)], object)
    words = sums * winograd.SCALE % (1 << 32) * factor % (1 << 32)
    assert np.array_equal(words, sums * 256 % (1 << 32))


def layer(size: tuple[int, int], number: int, core: str = "generic") -> Program:
    """One layer with weights to the extremes; channels, clamps, zero points and padding take
    turns."""
    rng = np.random.default_rng(number)
    inputs, outputs = 4 * (1 + number % 9), 1 + number % 17
    same, relu = number % 3 > 0, number % 4 < 2
    height, width = size if same else (size[0] + 2, size[1] + 2)
    b = ModelBuilder()
    x = b.tensor((1, height, width, inputs), INPUT_SCALE, int(rng.integers(-128, 128)))
    values = rng.choice([-128, 127], (outputs, 3, 3, inputs))
    if number % 2:
        values = rng.integers(-128, 128, values.shape)
    scales = rng.uniform(0.002, 0.008, outputs).tolist()
    f = b.constant(values, scales, axis=0)
    bias = rng.integers(-(1 << 12), 1 << 12, outputs)
    z = b.constant(bias, [INPUT_SCALE * float(np.float32(s)) for s in scales], dtype="int32")
    y_zero = -128 if relu else int(rng.integers(-128, 128))
    y = b.tensor((1, *size, outputs), 0.2 * np.sqrt(9 * inputs), y_zero)
    b.operator(
        "CONV_2D", [x, f, z], [y], padding="SAME" if same else "VALID", stride_h=1, stride_w=1,
        fused_activation_function=("RELU", "RELU6")[number % 2] if relu else "NONE",
        dilation_h_factor=1, dilation_w_factor=1,
    )  # fmt: skip
    variant = "dsp" if core == "generic" else None
    # Filters of images of a single row would be cut to theirs.
    options = driver.Options(f"m{number}", core, variant, "latency", no_passes=("crop_filters",))
    program = driver.compile_model(b.build([x], [y]), "m.tflite", options)
    assert program.calls[-1].kernel.symbol == SYMBOL
    return program


def layers(core: str = "generic") -> Batch:
    """One of each size."""
    programs = [layer(size, number, core) for number, size in enumerate(SIZES)]
    return sampled(programs)


def test_every_size(tmp_path: Path) -> None:
    """Images of all sizes modulo a tile, odd and smaller than it; no access outside of them."""
    batch = layers()
    expect_formulas(batch, run_sanitized(batch, tmp_path))


@pytest.mark.parametrize("rows", [1, 3])
def test_fewer_rows_in_a_step(rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer rows than a tile has, where a step is given no more rows of the input than it needs."""
    monkeypatch.setattr(winograd, "block", lambda *_: rows)
    programs = [layer(size, number) for number, size in enumerate(SIZES[:: len(SIZES) // 9])]
    batch = sampled(programs)
    expect_formulas(batch, run_sanitized(batch, tmp_path))


@pytest.mark.cross
def test_every_size_on_board(tmp_path: Path) -> None:
    """The same in assembly."""
    batch = layers("cortex-m4")
    expect_formulas(batch, run_on_board(batch, tmp_path))


@pytest.mark.parametrize(("depth", "fits"), [(56, True), (60, False)])
def test_largest_sums(depth: int, fits: bool, host: HostBuild) -> None:
    """With weights of -128 a few more channels let sums reach 2**23: another kernel then."""
    b = ModelBuilder()
    x = b.tensor((1, 6, 6, depth), INPUT_SCALE, 0)
    f = b.constant(np.full((4, 3, 3, depth), -128), [0.01], axis=0)
    y = b.tensor((1, 4, 4, 4), INPUT_SCALE * 0.01 * (1 << 15), 3)
    b.operator(
        "CONV_2D", [x, f], [y], padding="VALID", stride_h=1, stride_w=1,
        dilation_h_factor=1, dilation_w_factor=1, fused_activation_function="NONE",
    )  # fmt: skip
    options = driver.Options("m", variant="dsp", optimize="latency")
    program = driver.compile_model(b.build([x], [y]), "m.tflite", options)
    assert (program.calls[-1].kernel.symbol == SYMBOL) == fits
    batch = sampled([program])
    expect_formulas(batch, [host.run(*batch[0])])


@pytest.mark.parametrize("input_rows", [False, True])
def test_streams(input_rows: bool, host: HostBuild) -> None:
    """In a budget that only rows in rings meet."""
    b = RandomModel(seed=5)
    x = b.input((1, 21, 18, 8))
    y = b.conv_2d(b.conv_2d(x, 16), 12, padding="VALID")
    y = b.conv_2d(b.max_pool_2d(y, kernel=(2, 2), stride=(2, 2)), 10)
    model = b.build([x], [y])
    options = driver.Options("m", variant="dsp", optimize="latency", input_rows=input_rows)
    whole = driver.compile_model(model, "m.tflite", options)
    options = replace(options, ram_budget=whole.arena_bytes * 9 // 10)
    program = driver.compile_model(model, "m.tflite", options)
    assert [c.kernel.symbol for c in program.calls].count(SYMBOL) == 3
    assert any(band.rows < band.height for band in program.arrangement.bands.values())
    batch = sampled([program])
    expect_formulas(batch, [host.run(*batch[0])])
