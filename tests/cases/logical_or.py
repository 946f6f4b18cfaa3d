"""LOGICAL_OR."""

from __future__ import annotations

from cases.comparisons import comparisons

cases = comparisons("LOGICAL_OR", "bool")
