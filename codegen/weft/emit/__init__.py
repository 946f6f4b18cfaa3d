"""Program -> files. Only this package knows Jinja, and only it writes text."""

from weft.emit.bench import bench, layer_functions
from weft.emit.harness import HarnessView, Recorded, harness, harness_view, linker_script
from weft.emit.render import render, render_together, report

__all__ = [
    "HarnessView",
    "Recorded",
    "bench",
    "harness",
    "harness_view",
    "layer_functions",
    "linker_script",
    "render",
    "render_together",
    "report",
    "report_html",
]
