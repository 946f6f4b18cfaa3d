"""LOGICAL_NOT."""

from __future__ import annotations

from cases.plain import plain

cases = plain("LOGICAL_NOT", "bool")
