"""Kernels for nodes, and memory layouts that the kernels can share."""

from weft.select.choose import FAST, FRUGAL, Call, Sources, Thrift, Thrifts, select, thriftier
from weft.select.joins import place_joins
from weft.select.lavish_layers import lavish
from weft.select.layout import legalize
from weft.select.smallest import smallest

__all__ = [
    "FAST",
    "FRUGAL",
    "Call",
    "Sources",
    "Thrift",
    "Thrifts",
    "lavish",
    "legalize",
    "place_joins",
    "select",
    "smallest",
    "thriftier",
]
