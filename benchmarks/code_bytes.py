"""Bytes of code of each kernel, which `--optimize flash` chooses by.

python benchmarks/code_bytes.py [--check]

Compiles the runtime for Cortex-M4 and writes codegen/weft/select/code_bytes.json; with --check it
writes nothing and fails when a figure is missing, stale or off by more than a tenth.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from weft import target
from weft.ops import REGISTRY
from weft.resources import RUNTIME
from weft.select.smallest import CODE_BYTES, code_bytes

_CORE = "cortex-m4"
_SLACK = 0.1


def measured() -> dict[str, int]:
    """The size of the object file of each source that some kernel needs."""
    core = target.load(_CORE)
    assert core.emulator is not None
    sources = sorted({s for op in REGISTRY.values() for k in op.kernels for s in k.sources})
    with tempfile.TemporaryDirectory() as folder:
        objects = [Path(folder) / f"{source}.o" for source in sources]
        for source, made in zip(sources, objects, strict=True):
            command = [core.emulator.compiler, "-std=c99", "-O2", *core.cflags, "-c"]
            paths = [f"-I{RUNTIME / 'include'}", str(RUNTIME / "src" / source), "-o", str(made)]
            subprocess.run([*command, *paths], check=True)
        tool = core.emulator.compiler.replace("gcc", "size")
        lines = subprocess.run(
            [tool, *map(str, objects)], check=True, capture_output=True, text=True
        ).stdout.splitlines()[1:]
    return {s: int(line.split()[0]) for s, line in zip(sources, lines, strict=True)}


def main() -> int:
    """Write the file, or check it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail if it is stale")
    found = measured()
    if not parser.parse_args().check:
        CODE_BYTES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        return 0
    known = code_bytes()
    stale = sorted(known.keys() ^ found.keys())
    stale += [s for s in found if s in known and abs(found[s] - known[s]) > _SLACK * found[s]]
    for source in stale:
        print(f"{source}: {known.get(source)} bytes on file, {found.get(source)} measured")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
