"""Run firmware under QEMU and count its instructions.

Engines: `plugin` counts every block of instructions, layer by layer; `icount` makes every
instruction take the same time and reads the system timer, which gives the total only.
"""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass

from weft.bench.cycles import Block
from weft.bench.firmware import Firmware
from weft.errors import CompileError
from weft.resources import RUNTIME
from weft.verify import RunError, build, emulate_command, host_compiler, run

ENGINES = ("plugin", "icount")

_INTERFACES = (1, 2)  # versions of QEMU's plugin interface; its later ones still take 2
_REFUSED = 1  # exit code of QEMU itself; the firmware's own are 3 and above
_HEADER = struct.Struct("<II")  # figures of the firmware: stack in bytes, ticks
_TICKS = 1 << 24  # after which the system timer starts again
_COARSE, _FINE = 0, 6  # an instruction takes 2 ** shift ns: 1 ns, or more than a tick


@dataclass(frozen=True, slots=True)
class Run:
    """One counted inference."""

    engine: str
    output: bytes  # all outputs of the model
    stack_bytes: int
    instructions: int
    blocks: tuple[Block, ...]  # part 0 is the executor, part n is layer n - 1; none for icount


def count(firmware: Firmware, data: bytes, engine: str | None = None) -> Run:
    """Run one inference on an input; None takes the first engine that works here."""
    if engine not in (None, *ENGINES):
        raise CompileError(f"unknown engine {engine!r}", hint=f"known: {', '.join(ENGINES)}")
    (firmware.elf.parent / "input.bin").write_bytes(data)
    if engine != "icount":
        for interface in _INTERFACES:
            if found := _by_plugin(firmware, interface):
                return found
        if engine == "plugin":
            raise CompileError("QEMU loads no plugin here", hint="leave out the engine")
    return _by_icount(firmware)


def _by_plugin(firmware: Firmware, interface: int) -> Run | None:
    """None where the plugin cannot be built or loaded."""
    folder = firmware.elf.parent
    plugin, out = folder / f"count{interface}.so", folder / "blocks.txt"
    link = ["-Wl,-undefined,dynamic_lookup"] if sys.platform == "darwin" else []
    try:
        command = [host_compiler(), "-std=gnu99", "-O2", "-fPIC", "-shared", *link,
                   "-fvisibility=hidden", f"-DPLUGIN_VERSION={interface}"]  # fmt: skip
        build(command, [RUNTIME / "bench/count.c"], plugin)
    except (CompileError, RunError):
        return None
    settings = [plugin.name, f"out={out.name}", f"begin={firmware.begin:x}",
                f"end={firmware.end:x}", *(f"part={x:x}" for x in firmware.layers)]  # fmt: skip
    result = _emulate(firmware, ["-plugin", "./" + ",".join(settings)])
    if result is None or not out.is_file():
        return None
    blocks = tuple(_block(line) for line in out.read_text(encoding="ascii").splitlines())
    return Run("plugin", result.output, result.stack_bytes, 0, blocks)


def _block(line: str) -> Block:
    first, last, *numbers = line.split()
    return Block(int(first, 16), int(last, 16), *map(int, numbers))


def _by_icount(firmware: Firmware) -> Run:
    """Two runs: a coarse one, and a fine one that tells the instructions but for whole periods."""
    coarse, fine = (_timed(firmware, shift) for shift in (_COARSE, _FINE))
    hz = firmware.board.clock_hz
    period = _per_tick(hz, _FINE) * _TICKS
    rest = _per_tick(hz, _FINE) * fine.ticks
    periods = round((_per_tick(hz, _COARSE) * coarse.ticks - rest) / period)
    return Run("icount", fine.output, fine.stack_bytes, round(periods * period + rest), ())


def _per_tick(clock_hz: int, shift: int) -> float:
    """Instructions in a tick of the system timer."""
    return 1e9 / clock_hz / (1 << shift)


@dataclass(frozen=True, slots=True)
class _Result:
    """What the firmware reports."""

    stack_bytes: int
    ticks: int
    output: bytes


def _timed(firmware: Firmware, shift: int) -> _Result:
    result = _emulate(firmware, ["-icount", f"shift={shift},sleep=off"])
    if result is None:
        raise RunError(f"{firmware.board.qemu} does not run {firmware.board.machine}")
    return result


def _emulate(firmware: Firmware, options: list[str]) -> _Result | None:
    """None when QEMU refuses the options."""
    folder = firmware.elf.parent
    done = run([*emulate_command(firmware.board, firmware.elf), *options], folder)
    if done.returncode == _REFUSED:
        return None
    if done.returncode:
        text = (done.stderr or done.stdout).strip()[:2000]
        raise RunError(f"the firmware stopped with code {done.returncode}: {text}")
    content = (folder / "result.bin").read_bytes()
    stack_bytes, ticks = _HEADER.unpack_from(content)
    return _Result(stack_bytes, ticks, content[_HEADER.size :])
