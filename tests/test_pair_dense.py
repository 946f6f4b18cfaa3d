"""Single vectors by packed pairs: every entry into the unrolled loop, every kind of tail."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from exact import expect_formulas, sampled
from host_build import Batch, run_on_board, run_sanitized
from model_builder import ModelBuilder

from weft import driver
from weft.program import Program

DEPTHS = (*range(250, 324), 640, 707)
INPUT_SCALE = 0.05


def layer(number: int, depth: int, **options: str) -> Program:
    """One layer of few channels; one scale and one for each, clamps and none take turns."""
    rng, b = np.random.default_rng(number), ModelBuilder()
    units, relu, by_channel = 4 + number % 7, number % 2 > 0, number % 4 > 1
    x = b.tensor((1, depth), INPUT_SCALE, 3)
    scales = rng.uniform(0.002, 0.008, units if by_channel else 1).tolist()
    f = b.constant(rng.integers(-127, 128, (units, depth)), scales, axis=0)
    bias = rng.integers(-(1 << 12), 1 << 12, units)
    z = b.constant(bias, [INPUT_SCALE * float(np.float32(s)) for s in scales], dtype="int32")
    y = b.tensor((1, units), 0.06, -128 if relu else 5)
    activation = "RELU" if relu else "NONE"
    b.operator("FULLY_CONNECTED", [x, f, z], [y], fused_activation_function=activation)
    settings = driver.Options(f"m{number}", **options)
    return driver.compile_model(b.build([x], [y]), "m.tflite", settings)


def batch(**options: str) -> Batch:
    """All layers; together they have every kind of tail."""
    programs = [layer(i, depth, **options) for i, depth in enumerate(DEPTHS)]
    tails = set()
    for program in programs:
        assert program.calls[-1].kernel.symbol == "weft_fully_connected_pairs_s8_dsp"
        p = program.params[-1]
        words, apart = p["weights"], p["tail_apart"]
        assert isinstance(words, np.ndarray)
        first = words[p["weights_size"] if apart else p["first_block"] - 13]
        tails.add((apart, bool(first >> 1)) if apart else (apart, first < 2))
    assert len(tails) == 4
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
