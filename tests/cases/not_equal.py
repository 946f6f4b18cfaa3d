"""NOT_EQUAL."""

from __future__ import annotations

from cases.comparisons import comparisons

cases = comparisons("NOT_EQUAL", "int8", "int32", "bool")
