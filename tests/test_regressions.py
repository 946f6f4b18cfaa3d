"""Bugs that were found and must not come back, one test each."""

from __future__ import annotations

from random_model import RandomModel

from weft import driver


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
