"""RESIZE_BILINEAR, see `resizes`."""

from __future__ import annotations

from cases.resizes import resizes

cases = resizes("RESIZE_BILINEAR", "int8", "int8", "int16")
