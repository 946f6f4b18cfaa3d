"""Kernels that write pixels with those of other tensors in between: cases of their operators, with
the output joined over channels with constants in front and behind."""

from __future__ import annotations

import copy
from pathlib import Path

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from cases.common import Case
from cases.explore import explore
from host_build import HostBuild, run_on_board
from test_kernels import compiled, judge, judge_batch, samples_of

from weft import verify
from weft.ops import REGISTRY
from weft.program import Program
from weft.select import Call
from weft.target import VARIANTS

CASES = 60  # of each operator
ON_BOARD = 10
UNFIT = 200  # cases whose output has one column only


def joined(case: Case) -> Case | None:
    """The case's model with its output between constants, None if that has no rows of pixels."""
    model = schema.ModelT.InitFromPackedBuf(case.model, 0)
    graph = model.subgraphs[0]
    output = graph.tensors[graph.outputs[0]]
    shape, dtype = list(output.shape), {9: np.int8, 7: np.int16}.get(output.type)
    if len(shape) < 2 or shape[-2] == 1 or dtype is None:
        return None

    def tensor(channels: int, name: str) -> int:
        made = copy.copy(output)
        made.shape, made.name, made.buffer = [*shape[:-1], channels], name, 0
        graph.tensors.append(made)
        return len(graph.tensors) - 1

    parts = [tensor(3, "front"), graph.outputs[0], tensor(2, "behind")]
    for number in (parts[0], parts[2]):
        buffer = schema.BufferT()
        count = int(np.prod(graph.tensors[number].shape))
        buffer.data = np.frombuffer(np.arange(count).astype(dtype).tobytes(), np.uint8)
        graph.tensors[number].buffer = len(model.buffers)
        model.buffers.append(buffer)
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.CONCATENATION
    code.version = 1
    model.operatorCodes.append(code)
    operator = schema.OperatorT()
    operator.opcodeIndex = len(model.operatorCodes) - 1
    operator.builtinOptionsType = schema.BuiltinOptions.ConcatenationOptions
    operator.builtinOptions = schema.ConcatenationOptionsT()
    operator.builtinOptions.axis = len(shape) - 1
    made = tensor(shape[-1] + 5, "joined")
    operator.inputs, operator.outputs = parts, [made]
    graph.operators.append(operator)
    graph.outputs = [made, *graph.outputs[1:]]
    builder = flatbuffers.Builder(len(case.model))
    builder.Finish(model.Pack(builder), b"TFL3")
    return Case(case.text, bytes(builder.Output()), case.interpreter)


def kernels(operator: str, variant: str) -> set[str]:
    """Those that can write pixels apart, by their C names."""
    found = (k for k in REGISTRY[operator].kernels if k.needs <= VARIANTS[variant])
    return {k.symbol for k in found if k.pitched}


def operators() -> list[str]:
    """For each kernel the first operator that has it, and COPY, which comes with all of them."""
    found: dict[str, str] = {}
    for operator in REGISTRY:
        for symbol in kernels(operator, "dsp"):
            found.setdefault(symbol, operator)
    return sorted({*found.values()} - {"copy"})


def is_pitched(call: Call) -> bool:
    """Whether a call writes pixels apart."""
    return call.op.outputs[0].pitch is not None


@pytest.mark.parametrize("operator", operators())
def test_operator(operator: str, host: HostBuild) -> None:
    """All kernels that can are reached, and exact with everything around them."""
    reached: set[str] = set()

    def run(case: Case) -> bool:
        found = joined(case)
        if found is None:
            return False
        for variant in ("portable", "dsp"):
            program = compiled(found, variant=variant, goal="latency")
            if program is None:
                return False
            reached.update(c.kernel.symbol for c in program.calls if is_pitched(c))
            samples = samples_of(program)
            judge(found, program, samples, host.run(program, samples))
        return True

    explore(operator, CASES, UNFIT, run)
    assert reached >= kernels(operator, "dsp")
    assert "weft_copy_pixels" in reached


@pytest.mark.cross
@pytest.mark.parametrize("target", ["cortex-m0plus", "cortex-m4"])
def test_on_board(target: str, tmp_path: Path) -> None:
    """The same bits on emulated microcontrollers, by assembly on one of them."""
    cases: list[Case] = []
    programs: list[tuple[Program, verify.Samples]] = []
    for operator in ("average_pool_2d", "conv_2d", "resize_nearest_neighbor", "transpose_conv"):

        def note(case: Case, operator: str = operator) -> bool:
            found = joined(case)
            name = f"{operator}_{len(programs)}"
            program = found and compiled(found, name, target, goal="latency")
            if found is None or program is None:
                return False
            cases.append(found)
            programs.append((program, samples_of(program)))
            return True

        explore(operator, ON_BOARD, UNFIT, note)
    assert any(is_pitched(c) and c.node.op == "conv_2d" for p, _ in programs for c in p.calls)
    judge_batch(cases, programs, run_on_board(programs, tmp_path))
