"""Float variables between DEQUANTIZE and QUANTIZE are kept as what stands around them."""

from __future__ import annotations

import numpy as np
import pytest
from host_build import HostBuild
from state_models import StateBuilder

from weft import driver, emit, verify
from weft.program import Program


def running_sum(scale_back: float, zero_point: int = 4) -> bytes:
    """A running sum in a float variable that does not begin at zero."""
    b = StateBuilder()
    shape = (1, 3, 2, 4)
    b.create("sum", np.linspace(-3, 3, 24).reshape(shape), "float32")
    x = b.image(shape)
    old = b.tensor(shape, 0.25, 4)
    b.operator("QUANTIZE", [b.read("sum")], [old])
    total = b.tensor(shape, scale_back, zero_point)
    b.operator("ADD", [old, x], [total], pot_scale_int16=False)
    floats = b.tensor(shape, dtype="float32")
    b.operator("DEQUANTIZE", [total], [floats])
    b.assign("sum", floats)
    y = b.tensor(shape, scale_back, zero_point)
    b.operator("RELU", [total], [y])
    return b.finish([x], [y])


def compiled(model: bytes, *without: str) -> Program:
    """The program of a model."""
    return driver.compile_model(model, "m.tflite", driver.Options("m", no_passes=without))


def state_bytes(program: Program) -> int:
    """Bytes that stay between inferences."""
    return int(emit.report(program)["state_bytes"])


def judge(program: Program, model: bytes, host: HostBuild) -> None:
    """Sequences of inferences are exact."""
    samples = verify.make_samples(program.model, 12)
    traces = host.run(program, samples)
    reference = verify.find_reference(model, program.model)
    assert "litert" in reference.name
    verdict = verify.compare(program, emit.harness_view(program), samples, traces, reference)
    assert verdict.bit_exact, verdict.first_mismatch


def test_state_is_quantized(host: HostBuild) -> None:
    """A quarter of the bytes, no conversion left, and the same results."""
    model = running_sum(0.25)
    program, before = compiled(model), compiled(model, "quantized_states")
    assert 4 * state_bytes(program) == state_bytes(before) == 96
    assert {node.op for node in program.graph.nodes} <= {"add", "relu", "lut", "copy"}
    judge(program, model, host)
    judge(before, model, host)


@pytest.mark.parametrize(("scale", "zero_point"), [(0.5, 4), (0.25, 3), (0.250001, 4)])
def test_other_quantization_stays(scale: float, zero_point: int, host: HostBuild) -> None:
    """What is taken up again with another quantization was not just kept."""
    model = running_sum(scale, zero_point)
    program = compiled(model)
    assert state_bytes(program) == 96
    judge(program, model, host)
