"""RESIZE_NEAREST_NEIGHBOR, see `resizes`."""

from __future__ import annotations

from cases.resizes import resizes

cases = resizes("RESIZE_NEAREST_NEIGHBOR", "int8", "int8", "int16", "uint8", "float32")
