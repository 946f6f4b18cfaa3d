"""Build a library with its harness and run it: on the host, sanitized, or on an emulated board."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import cffi
import numpy as np

from weft import emit
from weft.ops.base import Values
from weft.program import Program
from weft.verify.samples import Samples
from weft.verify.toolchain import (
    RunError,
    build,
    emulate_command,
    emulator_of,
    host_compiler,
    run,
)

_FLAGS = ("-std=c99", "-O1", "-DWEFT_OBSERVE=1")
_SANITIZERS = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
_DECLARATIONS = "int32_t harness_run(const int8_t *, int8_t *, uint32_t, uint32_t);"


def run_host(program: Program, samples: Samples) -> list[Values]:
    """Traces of all samples, from a shared library of the host's compiler called by cffi."""
    view = emit.harness_view(program)
    ffi = cffi.FFI()
    ffi.cdef(_DECLARATIONS)
    with tempfile.TemporaryDirectory(prefix="weft-", ignore_cleanup_errors=True) as folder:
        sources = _write(program, Path(folder), ("harness.c",))
        shared = Path(folder) / "library.so"
        build([host_compiler(), *_FLAGS, "-shared", "-fPIC"], sources, shared)
        library = ffi.dlopen(str(shared))
        traces = []
        for number, inputs in enumerate(samples.inputs):
            sample = b"".join(x.tobytes() for x in inputs)
            trace = np.zeros(view.trace_bytes, np.int8)
            status = library.harness_run(
                ffi.from_buffer("int8_t[]", sample),
                ffi.from_buffer("int8_t[]", trace, require_writable=True),
                number % 2,
                number % samples.sequence,
            )
            if status:
                raise RunError(f"sample {number}: the library returned {status}")
            traces.append(trace)
        ffi.dlclose(library)
    return traces


def run_sanitized(program: Program, samples: Samples) -> list[Values]:
    """Traces from a program built with the address and undefined-behavior sanitizers."""
    with tempfile.TemporaryDirectory(prefix="weft-") as folder:
        sources = _write(program, Path(folder), ("harness.c", "main.c", "files_stdio.c"))
        binary = Path(folder) / "verify"
        flags = [*_FLAGS, *_SANITIZERS, *_definitions(program, samples)]
        build([host_compiler(), *flags], sources, binary)
        return _run_program(program, samples, Path(folder), [str(binary)])


def run_target(program: Program, samples: Samples) -> list[Values]:
    """Traces from firmware on the emulated board of the program's target."""
    board = emulator_of(program.target)
    with tempfile.TemporaryDirectory(prefix="weft-") as folder:
        names = ("harness.c", "main.c", "files_semihosting.c", "startup.c")
        sources = _write(program, Path(folder), names)
        script = Path(folder) / "board.ld"
        script.write_text(emit.linker_script(board), encoding="utf-8")
        flags = [*_FLAGS, "-O2", *program.target.cflags, *_definitions(program, samples),
                 "-ffunction-sections", "-fdata-sections", "-nostartfiles", "--specs=nano.specs",
                 "-Wl,--gc-sections", f"-Wl,-T,{script}"]  # fmt: skip
        binary = Path(folder) / "verify.elf"
        build([board.compiler, *flags], sources, binary)
        return _run_program(program, samples, Path(folder), emulate_command(board, binary))


def _definitions(program: Program, samples: Samples) -> list[str]:
    """What the program that runs the samples has to know of them."""
    view = emit.harness_view(program)
    return [
        f"-DHARNESS_INPUT_BYTES={view.input_bytes}",
        f"-DHARNESS_TRACE_BYTES={view.trace_bytes}",
        f"-DHARNESS_SEQUENCE={samples.sequence}u",
    ]


def _write(program: Program, folder: Path, harness: Sequence[str]) -> list[Path]:
    """Write library and harness; the C files to compile."""
    library = emit.render(program)
    for name, text in {**library, **emit.harness(program)}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return [folder / n for n in (*library, *harness) if n.endswith(".c")]


def _run_program(
    program: Program, samples: Samples, folder: Path, command: list[str]
) -> list[Values]:
    """Samples and traces go through files in the program's working directory."""
    (folder / "samples.bin").write_bytes(
        b"".join(x.tobytes() for inputs in samples.inputs for x in inputs)
    )
    done = run(command, folder)
    if done.returncode:
        text = (done.stderr or done.stdout).strip()[:2000]
        raise RunError(f"the program stopped with code {done.returncode}: {text}")
    traces = np.fromfile(folder / "traces.bin", np.int8)
    return list(traces.reshape(len(samples.inputs), -1))
