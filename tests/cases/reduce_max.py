"""REDUCE_MAX, see `reductions`."""

from __future__ import annotations

from cases.reductions import extremes

cases = extremes("REDUCE_MAX", "int8", "int16", "int32")
