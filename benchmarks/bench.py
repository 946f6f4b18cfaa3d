"""Cycles, flash and RAM of one inference on a Cortex-M4, Weft beside its peers.

    python benchmarks/bench.py             the tables, in Markdown
    python benchmarks/bench.py --check     and fail where a figure is over 1 % worse than in
                                           bench.json, or kernels take more code than they may
    python benchmarks/bench.py --update    and write bench.json

Runs `weft bench` on each model, on an emulated board: the counts are the same on every machine.
The published models are those of WEFT_SHARED or ../shared (they are not part of Weft).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from weft import bench, driver
from weft.errors import CompileError
from weft.verify import RunError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).resolve().parent
TARGET = "cortex-m4"
OWN = HERE.parent / "examples/digits/digits.tflite"
MLPERF = ("kws_ref_model", "vww_96_int8", "pretrainedResnet_quant", "ad01_int8")
MLPERF_KERNELS = 10_000  # bytes of code that all kernels of one of them may take
LATENCY = ("pretrainedResnet_quant",)  # measured under that goal, too: it has other kernels then
PUBLISHED = (
    *MLPERF,
    "mobilenetv2_030_80",
    "tinyengine_vww",
    "micro_speech_quantized",
    "hello_world_int8",
)

Documents = dict[str, bench.Document]


def measure(path: Path, goal: str = "balanced") -> bench.Document:
    """What `weft bench --json` prints about a model."""
    data = driver.read_model(path)
    options = driver.Options(target=TARGET, optimize=goal)
    program = driver.compile_model(data, path.name, options)
    return bench.document(bench.measure(program, data, "plugin"))


def measure_all(paths: Sequence[Path]) -> Documents:
    """Each model, and with another name those that are measured for latency."""
    found = {path.stem: measure(path) for path in paths}
    fast = (path for path in paths if path.stem in LATENCY)
    return found | {f"{path.stem}, latency": measure(path, "latency") for path in fast}


def tables(measured: Documents) -> str:
    """Cycles and flash beside the peers, then everything about Weft."""
    peers = tomllib.loads((HERE / "peers.toml").read_text(encoding="utf-8"))
    parts = [
        _beside(peers, "cycles", {m: d["total"]["est_cycles"] for m, d in measured.items()}),
        _beside(peers, "flash", {m: d["flash"]["total"] for m, d in measured.items()}),
        _own(measured),
    ]
    return "\n\n".join(parts)


def _beside(peers: dict[str, Any], what: str, weft: dict[str, int]) -> str:
    known = [p for p in peers.values() if what in p]
    rows = [[m, *(p[what].get(m) for p in known), own] for m, own in weft.items()]
    return _markdown([f"{what}, {TARGET}", *(p["title"] for p in known), "Weft"], rows)


def _own(measured: Documents) -> str:
    titles = ["Weft", "instructions", "cycles", "cycles/MAC", "code", "kernels", "constants",
              "arena", "static", "stack", "bit-exact"]  # fmt: skip
    rows = []
    for model, d in measured.items():
        total, flash, ram = d["total"], d["flash"], d["ram"]
        rows.append([model, total["instructions"], total["est_cycles"],
                     f"{total['cycles_per_mac']:.2f}",
                     flash["code"], flash["kernels"], flash["constants"],
                     ram["arena"], ram["static"], ram["stack"],
                     "yes" if d["bit_exact"] else "NO"])  # fmt: skip
    return _markdown(titles, rows)


def _markdown(titles: list[str], rows: list[list[Any]]) -> str:
    lines = [f"| {' | '.join(titles)} |", "|---" + "|---:" * (len(titles) - 1) + "|"]
    for row in rows:
        cells = (f"{c:,}" if isinstance(c, int) else "-" if c is None else str(c) for c in row)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def worse(measured: Documents, stored: Documents) -> list[str]:
    """The figures that are worse than the stored ones by more than the tolerance."""
    found = [f"{model}: not bit-exact" for model, d in measured.items() if not d["bit_exact"]]
    for model, now in measured.items():
        if model not in stored:
            found.append(f"{model}: no stored figures")
            continue
        found += [
            f"{model}, {c.figure}: {c.now:,}, {c.before:,} before"
            for c in bench.compare(stored[model], now)
            if c.worse
        ]
    return found


def large(measured: Documents) -> list[str]:
    """The models whose kernels take more code than they may."""
    kernels = {m: d["flash"]["kernels"] for m, d in measured.items() if m in MLPERF}
    return [
        f"{model}, code of kernels: {nbytes:,} of {MLPERF_KERNELS:,}"
        for model, nbytes in kernels.items()
        if nbytes > MLPERF_KERNELS
    ]


def main() -> int:
    """Print, and check or update what is stored."""
    parser = argparse.ArgumentParser(description="Cost of one inference, Weft beside its peers")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    folder = Path(os.environ.get("WEFT_SHARED", HERE.parents[1] / "shared")) / "models"
    complete = folder.is_dir()
    published = [folder / f"{model}.tflite" for model in PUBLISHED] if complete else []
    if not complete:
        print(f"skipped published models: none in {folder}, set WEFT_SHARED", file=sys.stderr)
    try:
        measured = measure_all([OWN, *published])
    except (CompileError, RunError) as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 2
    print(tables(measured))
    path = HERE / "bench.json"
    stored = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if arguments.update:
        text = json.dumps(stored | {m: _kept(d) for m, d in measured.items()}, indent=1)
        path.write_text(text + "\n", encoding="utf-8")
    found = worse(measured, stored) + large(measured) if arguments.check else []
    for line in found:
        print(f"worse: {line}", file=sys.stderr)
    return 1 if found or (not complete and os.environ.get("WEFT_CI")) else 0


def _kept(d: bench.Document) -> bench.Document:
    """What is stored: the figures, without the layers."""
    return {key: d[key] for key in ("target", "total", "ram", "flash")}


if __name__ == "__main__":
    sys.exit(main())
