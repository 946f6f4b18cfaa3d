"""Firmware with one inference of a library, and what the linker made of it.

Sizes are those of the firmware without those of the same program without a library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from weft import emit
from weft.bench.link_map import code_bytes
from weft.program import Program
from weft.target import Emulator
from weft.verify import RunError, build, emulator_of, run

_FLAGS = ("-std=c99", "-O2", "-ffunction-sections", "-fdata-sections", "-nostartfiles",
          "-Wl,--gc-sections")  # fmt: skip
_PROGRAM = ("weft_bench/main.c", "weft_bench/files_semihosting.c", "weft_bench/startup.c")
_COMMON = (".vectors", ".text", ".rodata", ".ARM.exidx", ".data")  # what is in flash


@dataclass(frozen=True, slots=True)
class Flash:
    """Bytes in flash."""

    code: int
    constants: int
    rest: int  # tables for unwinding, initial values, padding
    kernels: int  # of the code, that of the layers' kernels; without what they take from libraries

    @property
    def total(self) -> int:
        """All of it."""
        return self.code + self.constants + self.rest


@dataclass(frozen=True, slots=True)
class Firmware:
    """A built program. Sizes in bytes, without those of the program itself."""

    elf: Path
    board: Emulator
    flash: Flash
    static_bytes: int  # RAM that the linker gives out, without the arena
    begin: int  # address of the function that is called before the inference
    end: int  # and of the one after
    layers: tuple[int, ...]  # address of the function of each layer


def build_firmware(program: Program, folder: Path) -> Firmware:
    """Build a program's library, unobserved, and its firmware in a folder."""
    board = emulator_of(program.target)
    library, bench = emit.render(program), emit.bench(program)
    for name, text in {**library, **bench, "board.ld": emit.linker_script(board)}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    view = emit.harness_view(program)
    outputs = sum(x.nbytes for x in view.outputs)
    command = [board.compiler, *_FLAGS, *program.target.cflags, f"-Wl,-T,{folder / 'board.ld'}",
               f"-DBENCH_INPUT_BYTES={view.input_bytes}",
               f"-DBENCH_OUTPUT_BYTES={outputs}"]  # fmt: skip
    full, empty = folder / "bench.elf", folder / "empty.elf"
    sources = [*_PROGRAM, "weft_bench.c", *(n for n in library if n.endswith(".c"))]
    link_map = folder / "bench.map"
    build([*command, f"-Wl,-Map,{link_map}"], [folder / n for n in sources], full)
    build(command, [folder / n for n in (*_PROGRAM, "weft_bench/empty.c")], empty)
    code = dict(zip(sources, code_bytes(link_map.read_text(encoding="utf-8")), strict=False))
    kernels = {f"weft/{source}" for call in program.calls for source in call.kernel.sources}
    return _measured(program, board, full, empty, sum(code[source] for source in kernels))


def _measured(program: Program, board: Emulator, full: Path, empty: Path, kernels: int) -> Firmware:
    sizes = _sections(board, full)
    for name, nbytes in _sections(board, empty).items():
        sizes[name] = sizes.get(name, 0) - nbytes
    code, constants = sizes[".text"], sizes[".rodata"]
    symbols = _symbols(board, full)
    _, arena_bytes = symbols["bench_arena"]
    return Firmware(
        elf=full,
        board=board,
        flash=Flash(
            code, constants, sum(sizes.get(n, 0) for n in _COMMON) - code - constants, kernels
        ),
        static_bytes=sizes[".data"] + sizes[".bss"] - arena_bytes,
        begin=symbols["bench_begin"][0],
        end=symbols["bench_end"][0],
        layers=tuple(symbols[name][0] for name in emit.layer_functions(program)),
    )


def _sections(board: Emulator, elf: Path) -> dict[str, int]:
    """Bytes of each section."""
    lines = binutil(board, "size", ["-A"], elf).splitlines()
    rows = [line.split() for line in lines if line.startswith(".")]
    return {name: int(nbytes) for name, nbytes, *_ in rows}


def _symbols(board: Emulator, elf: Path) -> dict[str, tuple[int, int]]:
    """Name -> address and bytes. Names of static functions are unique enough here."""
    rows = [line.split() for line in binutil(board, "nm", ["-S"], elf).splitlines()]
    return {row[3]: (int(row[0], 16), int(row[1], 16)) for row in rows if len(row) == 4}


def binutil(board: Emulator, tool: str, options: Sequence[str], elf: Path) -> str:
    """What a tool of the board's compiler prints about a program."""
    command = [f"{board.compiler.removesuffix('gcc')}{tool}", *options, str(elf)]
    done = run(command, elf.parent)
    if done.returncode:
        raise RunError(f"{command[0]} failed: {done.stderr.strip()[:2000]}")
    return done.stdout
