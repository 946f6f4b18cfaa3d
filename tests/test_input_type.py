"""Inputs as the caller has them: QUANTIZE left to him, and camera bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from host_build import HostBuild
from random_model import RandomModel

import weft
from weft import driver, emit
from weft.errors import CompileError
from weft.program import Program
from weft.verify import NumpyReference, compare, find_reference, make_samples

SHAPE = (1, 6, 5, 3)


def image_model(dtype: str) -> bytes:
    """A small network whose input has this type; QUANTIZE makes int8 of it."""
    b = RandomModel(3)
    if dtype == "int8":
        x = y = b.input(SHAPE, 0.03, -5)
    else:
        x = b.tensor(SHAPE, *((0.02, 120) if dtype == "uint8" else ()), dtype=dtype)
        y = b.quantize(x, 0.03, -5)
    return b.build([x], [b.mean(b.relu(b.conv_2d(y, 4)))])


def proved(host: HostBuild, model: bytes, input_type: str, *, rows: bool) -> Program:
    """The program, exact in all layers by the interpreter and by the formulas."""
    options = driver.Options("m", input_type=input_type, input_rows=rows)
    program = driver.compile_model(model, "m.tflite", options)
    samples = make_samples(program.model, 4)
    traces = host.run(program, samples)
    found = find_reference(model, program.model)
    assert "BUILTIN_REF" in found.name
    for reference in (found, NumpyReference(program.model)):
        verdict = compare(program, emit.harness_view(program), samples, traces, reference)
        assert verdict.bit_exact, verdict.first_mismatch
    return program


@pytest.mark.parametrize("rows", [False, True], ids=["whole", "rows"])
@pytest.mark.parametrize("input_type", ["model", "int8", "uint8"])
@pytest.mark.parametrize("stored", ["float32", "uint8", "int8"])
def test_types(host: HostBuild, stored: str, input_type: str, rows: bool) -> None:
    """All that a model may have, and all that a caller may bring."""
    program = proved(host, image_model(stored), input_type, rows=rows)
    (t,) = program.graph.inputs
    given = stored if input_type == "model" else input_type
    assert program.graph[t].dtype.value == given
    ops = [n.op for n in program.graph.nodes]
    assert ("quantize" in ops) == (given != "int8")
    if given == "uint8" and stored != "uint8":
        assert (program.graph[t].q.s, program.graph[t].q.zp) == (np.float32(0.03), 123)


def test_fewer_bytes(host: HostBuild) -> None:
    """An int8 input takes a quarter of the RAM of a float one."""
    model = image_model("float32")
    whole, taken = (proved(host, model, kind, rows=False) for kind in ("model", "int8"))
    assert whole.arena_bytes - taken.arena_bytes > 2 * 6 * 5 * 3


def test_interface(tmp_path: Path) -> None:
    """The header has the caller's type, its quantization, and says who asked for it."""
    path = tmp_path / "m.tflite"
    path.write_bytes(image_model("float32"))
    header = weft.compile(path, input_type="uint8").files["m.h"]
    assert "uint8_t 1, 6, 5, 3 (--input-type uint8) */" in header
    assert "#define M_INPUT_ZERO_POINT (123)" in header
    library = weft.compile(path, input_type="int8")
    assert "int8_t 1, 6, 5, 3 (--input-type int8) */" in library.files["m.h"]
    assert library.report()["input_type"] == "int8"


def test_refusals() -> None:
    """What cannot be left to the caller, by name."""

    def message(model: bytes, input_type: str) -> str:
        with pytest.raises(CompileError) as caught:
            driver.compile_model(model, "m.tflite", driver.Options("m", input_type=input_type))
        return str(caught.value)

    b = RandomModel()
    x = b.tensor(SHAPE, dtype="float32", name="photo")
    two = b.build([x], [b.quantize(x, 0.1), b.relu(b.quantize(x, 0.2))])
    assert 'input "photo": it is not read by one QUANTIZE alone' in message(two, "int8")
    b = RandomModel()
    x = b.tensor(SHAPE, dtype="float32", name="photo")
    assert "makes no int8 for others" in message(b.build([x], [b.quantize(x, 0.1)]), "uint8")
    assert "unknown --input-type 'int9'" in message(two, "int9")
