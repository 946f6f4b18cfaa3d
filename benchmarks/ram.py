"""RAM of one inference, Weft beside its peers. Compiles every model three ways and prints a table.

    python benchmarks/ram.py             the table, in Markdown
    python benchmarks/ram.py --check     and fail where a figure is over 1 % worse than ram.json
    python benchmarks/ram.py --update    and write ram.json

The models are those of WEFT_SHARED or ../shared (they are not part of Weft).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import weft

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).resolve().parent
TOLERANCE = 1.01
MODELS = (
    "kws_ref_model",
    "vww_96_int8",
    "pretrainedResnet_quant",
    "ad01_int8",
    "mobilenetv2_030_80",
    "tinyengine_vww",
)
WAYS: dict[str, dict[str, Any]] = {
    "layer by layer": {"optimize": "latency"},
    "whole input": {"optimize": "ram"},
    "pushed rows": {"optimize": "ram", "input_rows": True},
}


def measure(folder: Path) -> dict[str, dict[str, int]]:
    """Arena bytes of each model, for each way."""
    return {
        model: {
            way: weft.compile(folder / f"{model}.tflite", **options).program.arena_bytes
            for way, options in WAYS.items()
        }
        for model in MODELS
    }


def table(measured: dict[str, dict[str, int]]) -> str:
    """The Markdown table of the README."""
    peers = tomllib.loads((HERE / "peers.toml").read_text(encoding="utf-8"))
    titles = [p["title"] for p in peers.values()] + [f"Weft, {way}" for way in WAYS]
    lines = [f"| model | {' | '.join(titles)} |", "|---" + "|---:" * len(titles) + "|"]
    for model, ways in measured.items():
        cells = [p.get(model) for p in peers.values()] + list(ways.values())
        text = " | ".join("-" if c is None else f"{c:,}" for c in cells)
        lines.append(f"| {model} | {text} |")
    return "\n".join(lines)


def worse(measured: dict[str, dict[str, int]], stored: dict[str, dict[str, int]]) -> list[str]:
    """The figures that are worse than the stored ones by more than the tolerance."""
    return [
        f"{model}, {way}: {now:,} bytes, {stored[model][way]:,} before"
        for model, ways in measured.items()
        for way, now in ways.items()
        if now > stored[model][way] * TOLERANCE
    ]


def main() -> int:
    """Print, and check or update what is stored."""
    parser = argparse.ArgumentParser(description="RAM of one inference, Weft beside its peers")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    folder = Path(os.environ.get("WEFT_SHARED", HERE.parents[1] / "shared")) / "models"
    if not folder.is_dir():
        print(f"skipped: no models in {folder}, set WEFT_SHARED", file=sys.stderr)
        return 1 if os.environ.get("WEFT_CI") else 0
    measured = measure(folder)
    print(table(measured))
    stored = HERE / "ram.json"
    if arguments.update:
        stored.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    found = (
        worse(measured, json.loads(stored.read_text(encoding="utf-8"))) if arguments.check else []
    )
    for line in found:
        print(f"worse: {line}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
