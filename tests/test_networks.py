"""Whole networks of our own, as converters write them: exact in every layer, however they run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from host_build import HostBuild

from weft import driver, emit, verify
from weft.ops.base import Values
from weft.program import Program

FOLDER = Path(__file__).parent / "models"
NETWORKS = {  # each with the operators that are compared
    "activity": 9,
    "fomo": 25,
    "narrow_int4": 8,
    "squeeze_excite": 28,
    "streaming": 8,
    "tcn": 16,
    "unet": 15,
    "wide_int16x8": 10,
}
LYING = {"activity": 15, "tcn": 34}  # the same for images left lying, where more views stay
BOARDS = ("cortex-m0plus", "cortex-m4")


@cache
def model(name: str) -> bytes:
    """A model's bytes."""
    return (FOLDER / f"{name}.tflite").read_bytes()


def compiled(
    name: str, *, target: str = "generic", optimize: str = "balanced", input_rows: bool = False
) -> Program:
    """A model's program."""
    options = driver.Options(name, target, optimize=optimize, input_rows=input_rows)
    return driver.compile_model(model(name), f"{name}.tflite", options)


def judge(name: str, program: Program, samples: verify.Samples, traces: list[Values]) -> None:
    """Every layer as our formulas and the interpreter have it."""
    interpreter = verify.find_reference(model(name), program.model)
    assert "litert" in interpreter.name
    for reference in (verify.NumpyReference(program.model), interpreter):
        found = verify.compare(program, emit.harness_view(program), samples, traces, reference)
        assert found.bit_exact, f"{reference.name}: {found.first_mismatch}"
        lies = any(line.startswith("upright: left out") for line in program.passes)
        assert found.layers == (LYING if lies else NETWORKS)[name]
        assert found.samples_exact == len(samples.inputs)


def test_all_are_tested() -> None:
    """No network lies in the folder without a test."""
    assert {path.stem for path in FOLDER.glob("*.tflite")} == set(NETWORKS)


@pytest.mark.parametrize(("optimize", "input_rows"), [("latency", False), ("ram", True)])
@pytest.mark.parametrize("name", NETWORKS)
def test_host(name: str, optimize: str, input_rows: bool, host: HostBuild) -> None:
    """Layer by layer with the input whole, and streamed from rows that are pushed."""
    program = compiled(name, optimize=optimize, input_rows=input_rows)
    samples = verify.make_samples(program.model, 5)
    judge(name, program, samples, host.run(program, samples))


@pytest.mark.parametrize("name", NETWORKS)
def test_host_dsp(name: str, host: HostBuild) -> None:
    """The kernels for cores with DSP instructions, which are emulated here."""
    options = driver.Options(name, variant="dsp")
    program = driver.compile_model(model(name), f"{name}.tflite", options)
    samples = verify.make_samples(program.model, 5)
    judge(name, program, samples, host.run(program, samples))


@pytest.mark.cross
@pytest.mark.parametrize("target", BOARDS)
@pytest.mark.parametrize("name", NETWORKS)
def test_board(name: str, target: str) -> None:
    """The same bits on emulated microcontrollers."""
    program = compiled(name, target=target)
    samples = verify.make_samples(program.model, 3)
    judge(name, program, samples, verify.run_target(program, samples))


@pytest.mark.parametrize("name", NETWORKS)
def test_streaming_saves(name: str) -> None:
    """Streaming never needs more memory than layer by layer."""
    streamed = compiled(name, optimize="ram").arena_bytes
    assert streamed <= compiled(name, optimize="latency").arena_bytes
