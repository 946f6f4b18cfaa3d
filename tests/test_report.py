"""`weft analyze`: the figures, the JSON document, and the page, which trusts no name."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from random_model import RandomModel
from typer.testing import CliRunner

from weft import driver, report
from weft.cli.app import app

HOSTILE = """</title><script src="//evil">alert('&')</script>[/bold]{{7*7}}"""
VOID = {"meta", "path", "br", "link", "img"}
KEYS = {
    "name", "target", "optimize", "arena_bytes", "arena_lower_bound", "layer_by_layer_bytes",
    "peak", "layers", "bands", "segments", "inputs", "outputs", "weights_bytes", "weave_bytes",
    "flash_bytes", "macs", "macs_model", "steps", "usage", "layer_by_layer_usage",
}  # fmt: skip


def network(name: str = "the input") -> bytes:
    """Streams in part, has a branch, an accumulating layer with state, and a view."""
    b = RandomModel(seed=5)
    x = b.input((1, 12, 10, 3))
    b.graph.tensors[x].name = name
    y = b.conv_2d(x, 8)
    y = b.add(b.depthwise_conv_2d(b.conv_2d(y, 8, (1, 1)), 1), y)
    y = b.average_pool_2d(b.conv_2d(y, 4), kernel=(12, 10))
    y = b.reshape(y, (1, 4))
    return b.build([x], [b.softmax(b.fully_connected(y, 5))])


def analysis(data: bytes, **options: Any) -> report.Analysis:
    """The analysis of a model's bytes."""
    made = [
        driver.compile_model(data, "tiny.tflite", driver.Options(**options | {"optimize": goal}))
        for goal in (options.get("optimize", "balanced"), "latency")
    ]
    return report.analyze(*made)


@pytest.fixture(scope="module")
def tiny() -> report.Analysis:
    """The analysis of the small network."""
    return analysis(network())


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The small network as a file, with a hostile name in it."""
    path = tmp_path / "tiny.tflite"
    path.write_bytes(network(HOSTILE))
    return path


class Page(HTMLParser):
    """Reads a page strictly: every element is closed, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_peak_is_what_the_arena_holds(tiny: report.Analysis) -> None:
    """The bytes in use, counted byte by byte."""
    counted = []
    for step in range(len(tiny.program.plan.weave)):
        arena = np.zeros(tiny.program.arena_bytes, np.bool_)
        for placed in tiny.storages:
            s = placed.storage
            if s.first <= step <= s.last and placed.in_use(step):
                low, high = s.low[step - s.first], s.high[step - s.first]
                arena[placed.offset + low : placed.offset + high] = True
        counted.append(int(arena.sum()))
    assert tiny.usage.tolist() == counted
    assert tiny.peak.nbytes == max(counted) == counted[tiny.peak.step]
    assert sum(held for _, held in tiny.peak.bands) == tiny.peak.nbytes + tiny.peak.shared
    assert tiny.lower_bound <= tiny.peak.nbytes <= tiny.program.arena_bytes


def test_layers_add_up(tiny: report.Analysis) -> None:
    """Totals are the sums of the table, and segments name every layer once."""
    assert sum(layer.macs for layer in tiny.layers) == tiny.program.macs
    assert sum(layer.steps for layer in tiny.layers) == len(tiny.program.plan.weave)
    members = [n for segment in tiny.program.arrangement.segments for n in segment]
    assert sorted(members) == [layer.index for layer in tiny.layers]
    assert any(layer.rows_held < layer.rows for layer in tiny.layers)
    assert {band.kind for band in tiny.bands} >= {"input", "output", "band", "state"}


def test_document(tiny: report.Analysis) -> None:
    """Scripts find their keys, and everything survives JSON."""
    found = json.loads(json.dumps(report.document(tiny)))
    assert found.keys() >= KEYS
    assert found["peak"].keys() >= {"bytes", "step", "layers", "bands"}
    assert found["layers"][0].keys() >= {
        "index", "op", "origins", "output_shape", "band_rows", "rows", "steps", "band_bytes",
        "arena_share", "macs", "weights_bytes", "kernel", "segment",
    }  # fmt: skip
    assert found["inputs"] == [
        {"name": "the input", "shape": [1, 12, 10, 3], "dtype": "int8", "bytes": 360,
         "scale": pytest.approx(0.05), "zero_point": -7}
    ]  # fmt: skip
    assert max(value for _, value in found["usage"]) == found["peak"]["bytes"]
    assert found["flash_bytes"] == found["weights_bytes"] + found["weave_bytes"]


@pytest.mark.parametrize("options", [{}, {"input_rows": True}, {"optimize": "latency"}])
def test_page_is_whole(options: dict[str, Any]) -> None:
    """Well-formed, self-contained, with every band drawn once and every layer in the table."""
    found = analysis(network(), **options)
    text = report.html(found)
    page = Page(text)
    drawn = [attrs["data-band"] for _, attrs in page.tags if "data-band" in attrs]
    assert drawn == [str(band.number) for band in found.bands]
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object"}
    assert not re.search(r"https?:|@import|//[a-z]|url\((?!#)", text)
    assert not {name for _, attrs in page.tags for name in attrs if name.startswith("on")}
    assert sum(attrs.get("class") == "code" for _, attrs in page.tags) == len(found.layers)
    for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        inside_view_box(ET.fromstring(svg))


def inside_view_box(svg: ET.Element) -> None:
    """Every shape and every text lies inside the drawing."""
    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    for path in svg.iterfind("g/path"):
        for command, numbers in re.findall(r"([MHVv])([-0-9. ]+)", path.attrib["d"]):
            x, y = {"M": (0, 1), "H": (0, None), "V": (None, 0), "v": (None, None)}[command]
            values = [float(n) for n in numbers.split()]
            assert x is None or 0 <= values[x] <= width
            assert y is None or 0 <= values[y] <= height
    for text in svg.iterfind("g/text"):
        assert 0 <= float(text.attrib["x"]) <= width
        assert 0 <= float(text.attrib["y"]) <= height


def test_page_escapes_names() -> None:
    """A name from the model is text wherever it stands."""
    text = report.html(analysis(network(HOSTILE)))
    page = Page(text)
    assert "<script" not in text
    assert "//evil" in "".join(page.text)
    assert "{{7*7}}" in "".join(page.text)


def test_same_bytes(tiny: report.Analysis) -> None:
    """The page and the document depend on model and options alone."""
    again = analysis(network())
    assert report.html(again) == report.html(tiny)
    assert report.document(again) == report.document(tiny)


def test_page_of_many_steps_stays_small() -> None:
    """Thousands of steps are drawn as their hull."""
    b = RandomModel(seed=6)
    x = b.input((1, 3000, 2, 2))
    y = b.conv_2d(b.conv_2d(b.conv_2d(x, 2), 2), 2)
    found = analysis(b.build([x], [y]))
    assert len(found.program.plan.weave) >= 9000
    assert len(report.html(found)) < 150_000


def test_command(model: Path, tmp_path: Path) -> None:
    """The text names layers and the peak; only --html writes a file."""
    run = CliRunner().invoke(app, ["analyze", str(model), "-v"])
    assert run.exit_code == 0, run.output
    for wanted in ("DEPTHWISE_CONV_2D", "lower bound", "peak:", "Layer by layer", "[/bold]"):
        assert wanted in run.output
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.tflite"]


def test_command_json_and_html(model: Path, tmp_path: Path) -> None:
    """Both at once, with the options of `weft compile`."""
    page = tmp_path / "reports" / "tiny.html"
    options = ["--optimize", "ram", "--input", "rows", "--json", "--html", str(page)]
    run = CliRunner().invoke(app, ["analyze", str(model), *options])
    assert run.exit_code == 0, run.output
    found = json.loads(run.stdout)
    assert (found["optimize"], found["input_rows"]) == ("ram", True)
    assert found["inputs"][0]["name"] == HOSTILE
    Page(page.read_text(encoding="utf-8"))


def test_command_cannot_write(model: Path, tmp_path: Path) -> None:
    """An output that is a folder is an error of the user's, not of weft."""
    run = CliRunner().invoke(app, ["analyze", str(model), "--html", str(tmp_path)])
    assert type(run.exception).__name__ == "CompileError"
