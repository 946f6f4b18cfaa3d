"""GREATER_EQUAL."""

from __future__ import annotations

from cases.comparisons import comparisons

cases = comparisons("GREATER_EQUAL", "int8", "int32")
