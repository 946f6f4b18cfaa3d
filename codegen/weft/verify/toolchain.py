"""Compilers and emulators: find them, call them, and say what went wrong.

Knows how a program is built and started, nothing of what it computes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from weft.errors import CompileError
from weft.target import Emulator, Target

_TIMEOUT = 600  # seconds for one build or one run


class RunError(Exception):
    """The built program stopped with an error: a failure of the library, not of the user."""


def host_compiler() -> str:
    """The C compiler of this machine."""
    for name in (os.environ.get("CC"), "cc", "gcc", "clang"):
        if name and shutil.which(name):
            return name
    raise CompileError("no C compiler found", hint="install gcc or clang, or set CC")


def emulator_of(target: Target) -> Emulator:
    """The emulated board of a target, whose compiler and emulator are installed."""
    board = target.emulator
    if board is None:
        raise CompileError(f"target {target.name} has no emulated board")
    for tool in (board.compiler, board.qemu):
        if not shutil.which(tool):
            raise CompileError(f"{tool} is not installed", hint=f"it is needed for {target.name}")
    return board


def emulate_command(board: Emulator, binary: Path) -> list[str]:
    """The command line that runs firmware; its files are those of the working directory."""
    return [board.qemu, "-M", board.machine, "-nographic", "-monitor", "none", "-serial", "none",
            "-semihosting-config", "enable=on,target=native", "-kernel", str(binary)]  # fmt: skip


def build(command: Sequence[str], sources: Sequence[Path], output: Path) -> None:
    """Compile and link; headers are beside the output."""
    line = [*command, f"-I{output.parent}", *map(str, sources), "-o", str(output)]
    done = run(line, output.parent)
    if done.returncode:
        raise RunError(f"{command[0]} failed: {done.stderr.strip()[:2000]}")


def run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """A finished run in a folder, whatever its exit code."""
    try:
        return subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise RunError(f"{command[0]} did not end in {_TIMEOUT} seconds") from None
