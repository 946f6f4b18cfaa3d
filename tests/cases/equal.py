"""EQUAL."""

from __future__ import annotations

from cases.comparisons import comparisons

cases = comparisons("EQUAL", "int8", "int32", "bool")
