"""Build a library with its harness and run it: on the host, sanitized, or on an emulated board."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cffi
import numpy as np

from weft import emit
from weft.errors import CompileError
from weft.ops.base import Values
from weft.program import Program
from weft.verify.samples import Samples

_FLAGS = ("-std=c99", "-O1", "-DWEFT_OBSERVE=1")
_SANITIZERS = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
_TIMEOUT = 600  # seconds for one build or one run
_DECLARATIONS = "int32_t harness_run(const int8_t *inputs, int8_t *trace, uint32_t by_steps);"


class RunError(Exception):
    """The built program stopped with an error: a failure of the library, not of the user."""


def run_host(program: Program, samples: Samples) -> list[Values]:
    """Traces of all samples, from a shared library of the host's compiler called by cffi."""
    view = emit.harness_view(program)
    ffi = cffi.FFI()
    ffi.cdef(_DECLARATIONS)
    with tempfile.TemporaryDirectory(prefix="weft-", ignore_cleanup_errors=True) as folder:
        sources = _write(program, Path(folder), ("harness.c",))
        shared = Path(folder) / "library.so"
        _build([_host_compiler(), *_FLAGS, "-shared", "-fPIC"], sources, shared)
        library = ffi.dlopen(str(shared))
        traces = []
        for number, inputs in enumerate(samples.inputs):
            sample = b"".join(x.tobytes() for x in inputs)
            trace = np.zeros(view.trace_bytes, np.int8)
            status = library.harness_run(
                ffi.from_buffer("int8_t[]", sample),
                ffi.from_buffer("int8_t[]", trace, require_writable=True),
                number % 2,
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
        flags = [*_FLAGS, *_SANITIZERS, *_buffer_sizes(program)]
        _build([_host_compiler(), *flags], sources, binary)
        return _run_program(program, samples, Path(folder), [str(binary)])


def run_target(program: Program, samples: Samples) -> list[Values]:
    """Traces from firmware on the emulated board of the program's target."""
    board = program.target.emulator
    if board is None:
        raise CompileError(f"target {program.target.name} has no emulated board")
    for tool in (board.compiler, board.qemu):
        if not shutil.which(tool):
            raise CompileError(f"{tool} is not installed", hint="it is needed for --on")
    with tempfile.TemporaryDirectory(prefix="weft-") as folder:
        names = ("harness.c", "main.c", "files_semihosting.c", "startup.c")
        sources = _write(program, Path(folder), names)
        script = Path(folder) / "board.ld"
        script.write_text(emit.linker_script(board), encoding="utf-8")
        flags = [*_FLAGS, "-O2", *program.target.cflags, *_buffer_sizes(program),
                 "-ffunction-sections", "-fdata-sections", "-nostartfiles", "--specs=nano.specs",
                 "-Wl,--gc-sections", f"-Wl,-T,{script}"]  # fmt: skip
        binary = Path(folder) / "verify.elf"
        _build([board.compiler, *flags], sources, binary)
        command = [board.qemu, "-M", board.machine, "-nographic", "-monitor", "none", "-serial",
                   "none", "-semihosting-config", "enable=on,target=native", "-kernel",
                   str(binary)]  # fmt: skip
        return _run_program(program, samples, Path(folder), command)


def _host_compiler() -> str:
    for name in (os.environ.get("CC"), "cc", "gcc", "clang"):
        if name and shutil.which(name):
            return name
    raise CompileError("no C compiler found", hint="install gcc or clang, or set CC")


def _buffer_sizes(program: Program) -> list[str]:
    view = emit.harness_view(program)
    return [
        f"-DHARNESS_INPUT_BYTES={view.input_bytes}",
        f"-DHARNESS_TRACE_BYTES={view.trace_bytes}",
    ]


def _write(program: Program, folder: Path, harness: Sequence[str]) -> list[Path]:
    """Write library and harness; the C files to compile."""
    library = emit.render(program)
    for name, text in {**library, **emit.harness(program)}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return [folder / n for n in (*library, *harness) if n.endswith(".c")]


def _build(command: list[str], sources: Sequence[Path], output: Path) -> None:
    line = [*command, f"-I{output.parent}", *map(str, sources), "-o", str(output)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    if done.returncode:
        raise RunError(f"{command[0]} failed: {done.stderr.strip()[:2000]}")


def _run_program(
    program: Program, samples: Samples, folder: Path, command: list[str]
) -> list[Values]:
    """Samples and traces go through files in the program's working directory."""
    (folder / "samples.bin").write_bytes(
        b"".join(x.tobytes() for inputs in samples.inputs for x in inputs)
    )
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        text = (done.stderr or done.stdout).strip()[:2000]
        raise RunError(f"the program stopped with code {done.returncode}: {text}")
    traces = np.fromfile(folder / "traces.bin", np.int8)
    return list(traces.reshape(len(samples.inputs), -1))
