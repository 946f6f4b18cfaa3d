"""REDUCE_MIN, see `reductions`."""

from __future__ import annotations

from cases.reductions import extremes

cases = extremes("REDUCE_MIN", "int8", "int16", "int32")
