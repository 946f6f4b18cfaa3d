"""The HTML report: words, tables and drawings, ready to be printed by the template."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from weft.emit.report_html import Cell, Figure, Page, Row, Table, report_html
from weft.report.analysis import Analysis, Port
from weft.report.bands import BandInfo
from weft.report.layer_chart import layer_chart
from weft.report.layers import LayerInfo, percent
from weft.report.memory_map import color, layer_range, memory_map
from weft.report.usage_chart import usage_chart
from weft.report.words import (
    bound_text,
    count,
    peak_text,
    port_quant,
    printable,
    saving_text,
    shape_text,
    short_name,
)
from weft.version import __version__

_LAYER_COLUMNS = (
    ("segment", "mid"),
    ("layer", "mid"),
    ("operator", ""),
    ("model op", ""),
    ("output", ""),
    ("rows held", "num"),
    ("steps", "num"),
    ("band bytes", "num"),
    ("of arena", "num"),
    ("MACs", "num"),
    ("weights", "num"),
    ("kernel", ""),
)
_PORT_COLUMNS = (
    ("", ""),
    ("tensor", ""),
    ("shape", ""),
    ("type", ""),
    ("bytes", "num"),
    ("scale", "num"),
    ("zero point", "num"),
)
_PEAK_COLUMNS = (
    ("", ""),
    ("band", ""),
    ("made by", ""),
    ("read by", ""),
    ("rows held", "num"),
    ("bytes in use", "num"),
)


def html(a: Analysis) -> str:
    """One self-contained HTML file. Same analysis, same bytes."""
    return report_html(page(a))


def page(a: Analysis) -> Page:
    """All that the template prints."""
    p = a.program
    return Page(
        title=p.name,
        facts=(
            ("model", printable(p.source)),
            ("SHA-256", p.sha256[:16]),
            ("target", p.target.name),
            ("goal", p.optimize),
            ("input", "pushed row by row" if p.input_rows else "whole"),
            *((name, change) for name, _, change in (x.partition(": ") for x in p.passes)),
        ),
        figures=_figures(a),
        memory_map=memory_map(a),
        peak_text=peak_text(a),
        peak_table=_peak_table(a),
        usage_chart=usage_chart(a),
        usage_text=saving_text(a),
        layer_chart=layer_chart(a),
        ports=_port_table(a),
        layers=Table(_LAYER_COLUMNS, tuple(_layer_rows(a))),
        version=__version__,
    )


def _figures(a: Analysis) -> tuple[Figure, ...]:
    p = a.program
    streaming = sum(len(s) > 1 for s in p.arrangement.segments)
    return (
        Figure("Arena", f"{p.arena_bytes:,}", "B", "all RAM of an inference but the stack"),
        Figure(
            "Layer by layer",
            f"{a.baseline.arena_bytes:,}",
            "B",
            f"this plan needs {a.saving} % less" if a.saving > 0 else "no more than this plan",
        ),
        Figure("Lower bound", f"{a.lower_bound:,}", "B", bound_text(a)),
        Figure(
            "Constants",
            f"{a.flash_bytes:,}",
            "B",
            f"weights {a.weights_bytes:,}, schedule {a.weave_bytes:,}",
        ),
        Figure(
            "Work",
            f"{p.macs:,}",
            "MACs",
            "as in the model" if p.macs == a.macs_model else f"the model has {a.macs_model:,}",
        ),
        Figure(
            "Schedule",
            f"{len(p.plan.weave):,}",
            "steps",
            f"{count(len(a.layers), 'layer')} in {count(len(p.arrangement.segments), 'segment')}, "
            f"{streaming} streaming",
        ),
    )


def _peak_table(a: Analysis) -> Table:
    return Table(_PEAK_COLUMNS, tuple(_peak_row(a, band, held) for band, held in a.peak.bands))


def _peak_row(a: Analysis, band: BandInfo, held: int) -> Row:
    made = "input" if band.made_by is None else f"{band.made_by} {a.layers[band.made_by].op}"
    rows = f"{band.rows_held} of {band.rows}" if band.rows else "-"
    return Row(
        (
            Cell("", f"chip {color(band)}"),
            Cell(short_name(band.name), "long", title=band.name),
            Cell(made),
            Cell(", ".join(map(str, band.read_by)) or "the caller"),
            Cell(rows, "num"),
            Cell(f"{held:,}", "num", share=share(held, a.peak.nbytes)),
        )
    )


def share(part: int, whole: int) -> str:
    """Width of a bar in percent."""
    return f"{min(percent(part, whole), 100.0):g}"


def _port_table(a: Analysis) -> Table:
    ports = [("input", x) for x in a.inputs] + [("output", x) for x in a.outputs]
    return Table(_PORT_COLUMNS, tuple(_port_row(kind, port) for kind, port in ports))


def _port_row(kind: str, port: Port) -> Row:
    scale, zero_point = port_quant(port)
    return Row(
        (
            Cell(kind),
            Cell(short_name(port.name), "long", title=port.name),
            Cell(shape_text(port.shape)),
            Cell(port.dtype),
            Cell(f"{port.nbytes:,}", "num"),
            Cell(scale, "num"),
            Cell(zero_point, "num"),
        )
    )


def _layer_rows(a: Analysis) -> Iterator[Row]:
    segments = a.program.arrangement.segments
    for number, group in groupby(a.layers, key=lambda layer: layer.segment):
        layers = list(group)
        for layer in layers:
            first = layer is layers[0]
            name = layer_range(a, segments[number])
            streams = len(segments[number]) > 1
            head = Cell(name, "segment streams" if streams else "segment", span=len(layers))
            yield Row((*((head,) if first else ()), *_layer_cells(a, layer)),
                      "first" if first else "")  # fmt: skip


def _layer_cells(a: Analysis, layer: LayerInfo) -> tuple[Cell, ...]:
    p = a.program
    held = share(layer.rows_held, layer.rows) if layer.rows > 1 else ""
    return (
        Cell(str(layer.index), f"mid key c{layer.index % 8}"),
        Cell(layer.op),
        Cell("+".join(map(str, layer.origins)) or "-"),
        Cell(shape_text(layer.shape)),
        Cell(f"{layer.rows_held} of {layer.rows}", "num", share=held),
        Cell(f"{layer.steps:,}", "num"),
        Cell(f"{layer.band_bytes:,}", "num"),
        Cell(f"{layer.arena_share:.1f} %", "num", share=share(layer.band_bytes, p.arena_bytes)),
        Cell(f"{layer.macs:,}", "num", share=share(layer.macs, p.macs)),
        Cell(f"{layer.weights_bytes:,}", "num", share=share(layer.weights_bytes, a.weights_bytes)),
        Cell(layer.kernel, "code"),
    )
