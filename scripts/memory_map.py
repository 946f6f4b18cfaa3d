"""Draw docs/memory-map.svg: the memory map of the digits example, as `weft analyze --html` has it.

python scripts/memory_map.py
"""

from __future__ import annotations

import re
from pathlib import Path

import weft
from weft import report

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "examples/digits/digits.tflite"


def main() -> None:
    """Take the first drawing out of the report and give it the report's style."""
    plans = [weft.compile(MODEL, optimize=goal).program for goal in ("ram", "latency")]
    page = report.html(report.analyze(*plans))
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    drawing = re.search(r"<svg (.*?)>(.*?)</svg>", page, re.DOTALL)
    assert style and drawing
    own = "svg { background: var(--paper); font-family: sans-serif; }"
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {drawing[1]}>\n'
        f"<style>{style[1]}{own}</style>{drawing[2]}</svg>\n"
    )
    (ROOT / "docs/memory-map.svg").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
