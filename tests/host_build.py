"""Builds and runs generated libraries quickly: runtime files are compiled once per session.

`HostBuild.run` loads one library into this process. `run_batch` makes one program of many
libraries, for what is slow to start: sanitizers and emulated boards.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cffi
import numpy as np

from weft import emit
from weft.ops.base import Values
from weft.program import Program
from weft.resources import RUNTIME
from weft.target import Emulator
from weft.verify import Samples

_DECLARATION = "int32_t harness_run(const int8_t *, int8_t *, uint32_t, uint32_t);"
_FLAGS = ("-std=c99", "-DWEFT_OBSERVE=1", f"-I{RUNTIME / 'include'}", f"-I{RUNTIME / 'verify'}")
SANITIZERS = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


def host_compiler() -> str:
    """The C compiler of this machine."""
    found = next(c for c in (os.environ.get("CC"), "cc", "gcc", "clang") if c and shutil.which(c))
    assert found is not None
    return found


def invoke(command: Sequence[str | Path], cwd: Path | None = None) -> str:
    """Run a command that has to succeed; its output."""
    done = subprocess.run(
        [str(c) for c in command], capture_output=True, text=True, check=False, timeout=600,
        cwd=cwd, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stderr}{done.stdout}"
    return done.stdout


@dataclass
class Objects:
    """Object files of runtime/, each compiled when it is first asked for."""

    folder: Path
    compiler: tuple[str, ...]
    made: dict[Path, Path] = field(default_factory=dict)

    def of(self, source: Path) -> Path:
        """The object file of a source file."""
        if source not in self.made:
            self.folder.mkdir(parents=True, exist_ok=True)
            made = self.folder / f"{source.stem}.o"
            invoke([*self.compiler, *_FLAGS, "-c", source, "-o", made])
            self.made[source] = made
        return self.made[source]

    def runtime(self, programs: Sequence[Program]) -> list[Path]:
        """The objects that some programs need."""
        names = {"executor.c"}.union(*(c.kernel.sources for p in programs for c in p.calls))
        return [self.of(RUNTIME / "src" / name) for name in sorted(names)]


class HostBuild:
    """Libraries for this machine, as shared objects."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.objects = Objects(folder / "runtime", (host_compiler(), "-O1", "-fPIC"))
        self.count = 0

    def run(self, program: Program, samples: Samples) -> list[Values]:
        """Traces of all samples; every other one goes step by step."""
        self.count += 1
        folder = self.folder / f"case{self.count}"
        unit = one_file(program, folder)
        shared = folder / "library.so"
        compiler = [host_compiler(), "-O0", "-shared", "-fPIC", "-pipe", *_FLAGS]
        invoke([*compiler, unit, *self.objects.runtime([program]), "-o", shared])
        traces = _call(shared, program, samples)
        shutil.rmtree(folder)
        return traces


def one_file(program: Program, folder: Path, *, suffix: str = "") -> Path:
    """Write a library with its harness, and a C file that includes all but the kernels."""
    folder.mkdir(parents=True, exist_ok=True)
    own = {n: t for n, t in emit.render(program).items() if "/" not in n}
    for name, text in {**own, "harness.c": emit.harness(program)["harness.c"]}.items():
        (folder / name).write_text(text, encoding="utf-8")
    name = program.name
    lines = [f"#define harness_run harness_run{suffix}", f"#define harness harness{suffix}"]
    if not suffix:
        lines = []
    lines += [f'#include "{f}"' for f in (f"{name}.c", f"{name}_weights.c", "harness.c")]
    unit = folder / "one_file.c"
    unit.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return unit


def _call(shared: Path, program: Program, samples: Samples) -> list[Values]:
    ffi = cffi.FFI()
    ffi.cdef(_DECLARATION)
    library = ffi.dlopen(str(shared))
    traces = []
    for number, inputs in enumerate(samples.inputs):
        sample = b"".join(x.tobytes() for x in inputs)
        trace = np.zeros(emit.harness_view(program).trace_bytes, np.int8)
        status = library.harness_run(
            ffi.from_buffer("int8_t[]", sample),
            ffi.from_buffer("int8_t[]", trace, require_writable=True),
            number % 2,
            number % samples.sequence,
        )
        assert status == 0, f"sample {number}: status {status}"
        traces.append(trace)
    ffi.dlclose(library)
    return traces


Batch = Sequence[tuple[Program, Samples]]
"""Programs of different names, and what to run them with."""


def run_sanitized(batch: Batch, folder: Path) -> list[list[Values]]:
    """Traces of many libraries in one program with address and undefined-behavior sanitizers."""
    compiler = (host_compiler(), "-O1", *SANITIZERS)
    binary = _batch_program(batch, folder, compiler, (), ("files_stdio.c",))
    return _run_batch(batch, folder, [binary])


def run_on_board(batch: Batch, folder: Path) -> list[list[Values]]:
    """Traces of many libraries in one firmware on the emulated board of their target."""
    target = batch[0][0].target
    board = target.emulator
    assert isinstance(board, Emulator)
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "board.ld"
    script.write_text(emit.linker_script(board), encoding="utf-8")
    compiler = (board.compiler, "-O2", *target.cflags, "-ffunction-sections", "-fdata-sections")
    linker = ("-nostartfiles", "--specs=nano.specs", "-Wl,--gc-sections", f"-Wl,-T,{script}")
    binary = _batch_program(batch, folder, compiler, linker, ("files_semihosting.c", "startup.c"))
    semihosting = ("-semihosting-config", "enable=on,target=native")
    quiet = ("-nographic", "-monitor", "none", "-serial", "none")
    return _run_batch(
        batch, folder, [board.qemu, "-M", board.machine, *quiet, *semihosting, "-kernel", binary]
    )


def _batch_program(
    batch: Batch,
    folder: Path,
    compiler: tuple[str, ...],
    linker: Sequence[str],
    extra: Sequence[str],
) -> Path:
    objects = Objects(folder / "runtime", compiler)
    parts = []
    for i, (program, _) in enumerate(batch):
        unit = one_file(program, folder / f"case{i}", suffix=f"_{i}")
        parts.append(unit.with_suffix(".o"))
        invoke([*compiler, *_FLAGS, "-c", unit, "-o", parts[-1]])
    main = folder / "main.c"
    main.write_text(_main(batch), encoding="utf-8")
    parts += objects.runtime([p for p, _ in batch])
    parts += [objects.of(source) for source in (main, *(RUNTIME / "verify" / e for e in extra))]
    binary = folder / "batch.elf"
    invoke([*compiler, *parts, *linker, "-o", binary])
    return binary


def _main(batch: Batch) -> str:
    """A program that runs every library on its samples, from samples.bin to traces.bin."""
    views = [emit.harness_view(program) for program, _ in batch]
    numbers = range(len(batch))
    declarations = "".join(
        f"int32_t harness_run_{i}(const int8_t *, int8_t *, uint32_t, uint32_t);\n" for i in numbers
    )
    rows = "".join(
        f"    {{harness_run_{i}, {v.input_bytes}, {v.trace_bytes}, {len(samples.inputs)}, "
        f"{samples.sequence}}},\n"
        for i, (v, (_, samples)) in enumerate(zip(views, batch, strict=True))
    )
    return f"""#include <stddef.h>
#include "files.h"
{declarations}
static const struct {{
    int32_t (*run)(const int8_t *, int8_t *, uint32_t, uint32_t);
    uint32_t input, trace, samples, sequence;
}} cases[] = {{
{rows}}};
static int8_t sample[{max(v.input_bytes for v in views)}];
static int8_t trace[{max(v.trace_bytes for v in views)}];

int main(void)
{{
    int32_t in = files_open("samples.bin", 0);
    int32_t out = files_open("traces.bin", 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {{
        for (uint32_t k = 0; k < cases[i].samples; k++) {{
            int32_t status = 1;
            if (files_read(in, sample, cases[i].input) == 0) {{
                status = cases[i].run(sample, trace, k % 2u, k % cases[i].sequence);
            }}
            if (status || files_write(out, trace, cases[i].trace) != 0) {{
                return 1;
            }}
        }}
    }}
    files_close(in);
    files_close(out);
    return 0;
}}
"""


def _run_batch(batch: Batch, folder: Path, command: Sequence[str | Path]) -> list[list[Values]]:
    given = (x.tobytes() for _, s in batch for inputs in s.inputs for x in inputs)
    (folder / "samples.bin").write_bytes(b"".join(given))
    invoke(command, cwd=folder)
    traces, at = np.fromfile(folder / "traces.bin", np.int8), 0
    found: list[list[Values]] = []
    for program, samples in batch:
        size = emit.harness_view(program).trace_bytes
        found.append([traces[at + k * size :][:size] for k in range(len(samples.inputs))])
        at += size * len(samples.inputs)
    assert at == len(traces)
    return found
