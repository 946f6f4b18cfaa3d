"""GATHER and GATHER_ND: computed indices, what streams, what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from host_build import HostBuild
from model_builder import ModelBuilder
from moving_model import MovingModel

from weft import driver, emit, verify
from weft.errors import CompileError
from weft.program import Program


def model_of(
    builtin: str, shape: Sequence[int], indices: Any, out: Sequence[int], **options: Any
) -> bytes:
    """An operator with constant indices, or computed ones where only their shape is given."""
    b = ModelBuilder()
    x, y = b.tensor(shape, 0.5), b.tensor(out, 0.5)
    constant = not isinstance(indices, tuple)
    i = b.constant(indices, dtype="int32") if constant else b.tensor(indices, dtype="int32")
    b.operator(builtin, [x, i], [y], **options)
    return b.build([x] if constant else [x, i], [y])


def judge(
    program: Program, inputs: Sequence[Any], reference: verify.Reference, host: HostBuild
) -> None:
    """Run a program on one sample and compare."""
    samples = verify.Samples((tuple(inputs),))
    traces = host.run(program, samples)
    verdict = verify.compare(program, emit.harness_view(program), samples, traces, reference)
    assert verdict.bit_exact, verdict.first_mismatch


COMPUTED: tuple[tuple[str, tuple[int, ...], int, tuple[int, ...], dict[str, int]], ...] = (
    ("GATHER", (3,), 5, (4, 3, 6), {"axis": 1}),
    ("GATHER", (4, 2), 5, (4, 2, 6), {"axis": 1, "batch_dims": 1}),
    ("GATHER_ND", (7, 2), 4, (7, 6), {}),
    ("GATHER_ND", (7, 1), 4, (7, 4, 6), {}),
)
"""Operator, shape of the indices, what they are below, shape of the output, options."""


@pytest.mark.parametrize("number", range(len(COMPUTED)))
def test_computed_indices(number: int, host: HostBuild) -> None:
    """In range as the interpreter has it; out of range the nearest."""
    builtin, indices, most, out, options = COMPUTED[number]
    shape = (4, 4, 6) if builtin == "GATHER_ND" else (4, 5, 6)
    model = model_of(builtin, shape, indices, out, **options)
    program = driver.compile_model(model, "m.tflite", driver.Options("m"))
    rng = np.random.default_rng(5)
    x = rng.integers(-128, 128, shape).astype(np.int8)
    inside = rng.integers(0, most, indices).astype(np.int32)
    interpreter = verify.find_reference(model, program.model)
    assert "litert" in interpreter.name
    judge(program, (x, inside), interpreter, host)
    formulas = verify.NumpyReference(program.model)
    for far, near in ((-1, 0), (-(2**31), 0), (most, most - 1), (2**31 - 1, most - 1)):
        sample = x, np.full_like(inside, far)
        nearest = interpreter.run((x, np.full_like(inside, near)))[1]
        assert np.array_equal(formulas.run(sample)[1], nearest)
        judge(program, sample, formulas, host)


def rows_held(model: bytes, host: HostBuild) -> list[int]:
    """Rows that are held of each activation in turn, after running the model."""
    options = driver.Options("m", optimize="ram", input_rows=True)
    program = driver.compile_model(model, "m.tflite", options)
    samples = verify.make_samples(program.model, 4)
    reference = verify.find_reference(model, program.model)
    view, traces = emit.harness_view(program), host.run(program, samples)
    assert verify.compare(program, view, samples, traces, reference).bit_exact
    return [program.band(t).rows for n in program.graph.nodes for t in n.outputs]


def test_streams(host: HostBuild) -> None:
    """Columns and channels within rows, and rows in their order."""
    b = MovingModel(seed=3)
    x = b.input((1, 9, 6, 4))
    y = b.relu(x)
    columns = b.moved(y, "GATHER", (1, 9, 3, 4), [5, 0, 2], axis=2)
    channels = b.moved(columns, "GATHER", (1, 9, 3, 6), [3, 1, 2, 0, 0, 1], axis=3)
    rows = b.moved(channels, "GATHER", (1, 4, 3, 6), [0, 3, 4, 8], axis=1)
    held = rows_held(b.build([x], [b.mean(b.relu(rows))]), host)
    assert held == [1] * len(held)


REFUSED = {
    "index past the end": (
        model_of("GATHER", (4, 2), [0, 4], (2, 2), axis=0),
        'constant indices are in range, but "t2" has 4 for 4',
    ),
    "index below 0": (
        model_of("GATHER_ND", (4, 2), [[0, -1]], (1,)),
        'constant indices are in range, but "t2" has -1 for 2',
    ),
    "shape of the output": (
        model_of("GATHER", (4, 2), [0, 1], (3, 2), axis=0),
        r'"t1" is \[3, 2\] instead of \[2, 2\]',
    ),
    "other batches": (
        model_of("GATHER", (4, 2), [[0, 1]], (1, 2), axis=1, batch_dims=1),
        r"there are 1 of \[4, 2\] and \[1, 2\], and the axis is 1",
    ),
    "more axes than there are": (
        model_of("GATHER_ND", (4, 2), [[0, 1, 1]], (1,)),
        r'"t2" is \[1, 3\] for rank 2',
    ),
    "axis": (
        model_of("GATHER", (4, 2), [0], (4, 1), axis=2),
        'axis 2 is not one of the 2 of "t0"',
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """Each in one line that names operator, tensor and reason."""
    model, words = REFUSED[name]
    with pytest.raises(CompileError, match=words):
        driver.compile_model(model, "m.tflite", driver.Options())


def test_indices_of_another_type() -> None:
    """Computed indices are int32."""
    b = ModelBuilder()
    x, i, y = b.tensor((4, 2), 0.5), b.tensor((3,), dtype="int64"), b.tensor((3, 2), 0.5)
    b.operator("GATHER", [x, i], [y], axis=0)
    with pytest.raises(CompileError, match='"t1" is int64'):
        driver.compile_model(b.build([x, i], [y]), "m.tflite", driver.Options())
