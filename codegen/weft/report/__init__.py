"""What a compiled model costs and why: the data behind `weft analyze`, and its HTML page.

Reads programs and writes no files; the tables on the console are the command's own.
"""

from weft.report.analysis import Analysis, analyze
from weft.report.bands import BandInfo
from weft.report.document import document
from weft.report.layers import LayerInfo, layer_infos
from weft.report.page import html
from weft.report.words import peak_text, port_quant, saving_text, shape_text, short_name

__all__ = [
    "Analysis",
    "BandInfo",
    "LayerInfo",
    "analyze",
    "document",
    "html",
    "layer_infos",
    "peak_text",
    "port_quant",
    "saving_text",
    "shape_text",
    "short_name",
]
