"""LESS_EQUAL."""

from __future__ import annotations

from cases.comparisons import comparisons

cases = comparisons("LESS_EQUAL", "int8", "int32")
