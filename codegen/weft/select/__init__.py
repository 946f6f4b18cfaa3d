"""Kernels for nodes, and memory layouts that the kernels can share."""

from weft.select.choose import Call, Thrift, select
from weft.select.layout import legalize

__all__ = ["Call", "Thrift", "legalize", "select"]
