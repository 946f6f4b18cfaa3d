"""REDUCE_ALL, see `reductions`."""

from __future__ import annotations

from cases.reductions import extremes

cases = extremes("REDUCE_ALL", "bool")
