"""Published models: every layer bit-exact, on this machine and on emulated boards."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from host_build import HostBuild
from shared_files import shared_folder

from weft import driver, emit, verify
from weft.ops.base import Values
from weft.program import Program

pytestmark = pytest.mark.shared

MODELS = {  # each with the operators that are compared
    "ad01_int8": 10,
    "hello_world_int8": 3,
    "kws_ref_model": 13,
    "micro_speech_quantized": 3,  # its RESHAPE is another name for the input
    "mobilenetv2_030_80": 65,
    "pretrainedResnet_quant": 16,
    "tinyengine_vww": 56,
    "vww_96_int8": 31,
}
ARENAS = {  # bytes of the best plan that runs layer by layer, without borders
    "ad01_int8": 768,
    "kws_ref_model": 16_000,
    "pretrainedResnet_quant": 49_152,
    "vww_96_int8": 55_296,
}
ON_BOARDS = ("ad01_int8", "hello_world_int8", "kws_ref_model", "micro_speech_quantized")


def shared(*parts: str) -> Path:
    """A file of the shared folder."""
    folder = shared_folder()
    assert folder is not None
    return folder.joinpath(*parts)


@cache
def model(name: str) -> bytes:
    """A model's bytes."""
    return shared("models", f"{name}.tflite").read_bytes()


def compiled(name: str, *, target: str = "generic", optimize: str = "balanced") -> Program:
    """A model's program."""
    options = driver.Options(name=name, target=target, optimize=optimize)
    return driver.compile_model(model(name), f"{name}.tflite", options)


def verdict(name: str, program: Program, samples: verify.Samples, traces: list[Values]
            ) -> verify.Verdict:  # fmt: skip
    """What the interpreter says."""
    reference = verify.find_reference(model(name), program.model)
    assert "litert" in reference.name
    return verify.compare(program, emit.harness_view(program), samples, traces, reference)


@pytest.mark.parametrize("name", MODELS)
def test_bit_exact(name: str, host: HostBuild) -> None:
    """Every layer of made samples: ends of the range, alternating, random."""
    program = compiled(name)
    samples = verify.make_samples(program.model, 6)
    found = verdict(name, program, samples, host.run(program, samples))
    assert found.bit_exact, found.first_mismatch
    assert found.layers == MODELS[name]
    assert found.samples_exact == 6


@pytest.mark.parametrize("name", sorted(set(MODELS) - {"mobilenetv2_030_80"}))
def test_golden_vectors(name: str, host: HostBuild) -> None:
    """Inputs and outputs that TensorFlow Lite Micro has computed."""
    program = compiled(name, optimize="latency")
    samples = verify.load_samples(program.model, shared("golden", f"{name}.npz"))
    assert samples.expected
    assert len(samples.inputs) == 8
    found = verdict(name, program, samples, host.run(program, samples))
    assert found.bit_exact, found.first_mismatch


@pytest.mark.cross
@pytest.mark.parametrize("target", ["cortex-m0plus", "cortex-m4"])
@pytest.mark.parametrize("name", ON_BOARDS)
def test_on_board(name: str, target: str) -> None:
    """The same bits on emulated microcontrollers."""
    program = compiled(name, target=target)
    samples = verify.make_samples(program.model, 4)
    found = verdict(name, program, samples, verify.run_target(program, samples))
    assert found.bit_exact, found.first_mismatch


@pytest.mark.parametrize("name", ["ad01_int8", "kws_ref_model"])
def test_sanitized(name: str) -> None:
    """No undefined behavior, no access outside of arrays."""
    program = compiled(name)
    samples = verify.make_samples(program.model, 4)
    found = verdict(name, program, samples, verify.run_sanitized(program, samples))
    assert found.bit_exact, found.first_mismatch


@pytest.mark.parametrize("name", ARENAS)
def test_arena_layer_by_layer(name: str) -> None:
    """Plans without streaming are the best possible."""
    report = emit.report(compiled(name, optimize="latency"))
    assert report["arena_bytes"] - report["arena_border_bytes"] <= ARENAS[name]


@pytest.mark.parametrize("name", MODELS)
def test_streaming_saves(name: str) -> None:
    """`balanced` needs no more memory than layer by layer, and no less than the bound."""
    layer_by_layer = compiled(name, optimize="latency").arena_bytes
    report = emit.report(compiled(name))
    assert report["arena_lower_bound"] <= report["arena_bytes"] <= layer_by_layer
