"""RELU, with and without a change of quantization."""

from __future__ import annotations

from cases.rectifiers import rectifiers

cases = rectifiers("RELU")
