"""One measurement: build, run, count, compare the result with the reference."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from weft import verify
from weft.bench.count import Run, count
from weft.bench.cycles import Cost, costs, load_timings
from weft.bench.disassembly import parse
from weft.bench.firmware import Firmware, Flash, binutil, build_firmware
from weft.ops import REGISTRY
from weft.ops.base import Values
from weft.program import Program

_SAMPLE = 3  # of verification's inputs the first that is random


@dataclass(frozen=True, slots=True)
class LayerFigures:
    """What one layer took; None where only the total is known."""

    index: int
    op: str
    macs: int
    cost: Cost | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything measured about one inference. Sizes in bytes."""

    program: Program
    engine: str
    timings: str  # where the cycles come from
    reference: str
    bit_exact: bool
    instructions: int
    cycles: int | None
    executor: Cost | None  # all that is in no layer
    layers: tuple[LayerFigures, ...]
    flash: Flash
    static_bytes: int
    stack_bytes: int


def measure(program: Program, model: bytes, engine: str | None = None) -> Figures:
    """Measure a program on its target's emulated board; `model` is the file's content.

    Raises CompileError where a tool is missing, RunError when the firmware fails.
    """
    timings = load_timings(program.target.name)
    inputs = verify.make_samples(program.model, _SAMPLE + 1).inputs[_SAMPLE]
    reference = verify.find_reference(model, program.model)
    with tempfile.TemporaryDirectory(prefix="weft-") as folder:
        firmware = build_firmware(program, Path(folder))
        run = count(firmware, b"".join(x.tobytes() for x in inputs), engine)
        parts = None if run.engine == "icount" else _costs(program, firmware, run)
    total = Cost(run.instructions) if parts is None else sum(parts, Cost())
    return Figures(
        program=program,
        engine=run.engine,
        timings=timings.note,
        reference=reference.name,
        bit_exact=run.output == _expected(program, reference, inputs),
        instructions=total.instructions,
        cycles=None if parts is None else total.cycles,
        executor=None if parts is None else parts[0],
        layers=_layers(program, parts),
        flash=firmware.flash,
        static_bytes=firmware.static_bytes,
        stack_bytes=run.stack_bytes,
    )


def _costs(program: Program, firmware: Firmware, run: Run) -> list[Cost]:
    timings = load_timings(program.target.name)
    options = ["-d", "-w", *timings.disassembler]
    code = parse(binutil(firmware.board, "objdump", options, firmware.elf))
    return costs(run.blocks, code, timings, len(program.calls) + 1)


def _layers(program: Program, parts: list[Cost] | None) -> tuple[LayerFigures, ...]:
    return tuple(
        LayerFigures(
            index=number,
            op=REGISTRY[call.node.op].tflite,
            macs=REGISTRY[call.node.op].macs(call.op),
            cost=None if parts is None else parts[number + 1],
        )
        for number, call in enumerate(program.calls)
    )


def _expected(program: Program, reference: verify.Reference, inputs: tuple[Values, ...]) -> bytes:
    """The bytes of all outputs, one after the other."""
    graph, results = program.model, reference.run(inputs)
    outputs = [(graph[t], results[o]) for t in graph.outputs if (o := graph[t].origin) is not None]
    return b"".join(np.asarray(values, t.dtype.numpy).tobytes() for t, values in outputs)
