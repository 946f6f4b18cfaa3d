"""NEG."""

from __future__ import annotations

from cases.plain import plain

cases = plain("NEG", "int32")
