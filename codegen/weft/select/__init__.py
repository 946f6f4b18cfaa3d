"""Kernels for nodes, and memory layouts that the kernels can share."""

from weft.select.choose import Call, Sources, Thrift, Thrifts, next_thrift, select
from weft.select.joins import place_joins
from weft.select.lavish_layers import lavish
from weft.select.layout import legalize
from weft.select.smallest import smallest

__all__ = [
    "Call",
    "Sources",
    "Thrift",
    "Thrifts",
    "lavish",
    "legalize",
    "next_thrift",
    "place_joins",
    "select",
    "smallest",
]
