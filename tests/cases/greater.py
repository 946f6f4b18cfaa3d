"""GREATER."""

from __future__ import annotations

from cases.comparisons import comparisons

cases = comparisons("GREATER", "int8", "int32")
