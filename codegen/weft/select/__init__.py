"""Kernels for nodes, and memory layouts that the kernels can share."""

from weft.select.choose import Call, Thrift, Thrifts, next_thrift, select
from weft.select.layout import legalize

__all__ = ["Call", "Thrift", "Thrifts", "legalize", "next_thrift", "select"]
