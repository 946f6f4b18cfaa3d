"""LOGICAL_AND."""

from __future__ import annotations

from cases.comparisons import comparisons

cases = comparisons("LOGICAL_AND", "bool")
