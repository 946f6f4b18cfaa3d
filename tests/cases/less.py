"""LESS."""

from __future__ import annotations

from cases.comparisons import comparisons

cases = comparisons("LESS", "int8", "int32")
