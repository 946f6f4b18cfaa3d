"""Bugs that were found and must not come back, one test each."""

from __future__ import annotations

import numpy as np
import pytest
from host_build import HostBuild
from model_builder import ModelBuilder
from random_model import RandomModel

from weft import driver, emit, verify


def test_output_that_an_in_place_layer_reads_stays() -> None:
    """The plan let the last layer overwrite its input although that was an output too."""
    b = RandomModel(seed=1)
    x = b.input((1, 3, 1))
    y = b.transpose(x, (0, 2, 1))
    z = b.relu(y)
    program = driver.compile_model(b.build([x], [y, z]), "two_outputs.tflite", driver.Options())
    first, second = program.graph.outputs
    assert abs(program.offset(first) - program.offset(second)) >= 3


def test_step_that_reads_nothing_of_a_view() -> None:
    """The plan was refused: a view is there when all of its rows are, but this step reads none."""
    b = RandomModel(seed=3)
    x = b.input((1, 1, 3, 2))
    y = b.reshape(x, (1, 3, 1, 2))
    z = b.conv_2d(b.pad(y, ((0, 0), (2, 0), (0, 0), (0, 0))), 2, (1, 1))
    model = b.build([x], [z])
    options = driver.Options(input_rows=True)
    assert driver.compile_model(model, "padding_first.tflite", options).arena_bytes > 0


@pytest.mark.parametrize("outputs", [1, 4])
def test_large_sum_and_small_scale(outputs: int, host: HostBuild) -> None:
    """With DSP instructions the output was 0: a shift by more than 23 was taken to leave nothing,
    which is true of sums below 2**23 only."""
    b = ModelBuilder()
    x, y = b.tensor((1, 8), 0.5), b.tensor((1, outputs), 2.0**24)
    bias = b.constant(np.full(outputs, 1 << 28), 0.5, dtype="int32")
    b.operator("FULLY_CONNECTED", [x, b.constant(np.ones((outputs, 8)), 1.0), bias], [y])
    options = driver.Options("m", variant="dsp")
    program = driver.compile_model(b.build([x], [y]), "m.tflite", options)
    samples = verify.make_samples(program.model, 4)
    reference = verify.NumpyReference(program.model)
    assert all((reference.run(inputs)[y] == 8).all() for inputs in samples.inputs)
    traces = host.run(program, samples)
    verdict = verify.compare(program, emit.harness_view(program), samples, traces, reference)
    assert verdict.bit_exact
