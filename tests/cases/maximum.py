"""MAXIMUM."""

from __future__ import annotations

from cases.alike import alike

cases = alike("MAXIMUM", ("int8", "int16", "int32"))
