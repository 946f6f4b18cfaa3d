"""REDUCE_ANY, see `reductions`."""

from __future__ import annotations

from cases.reductions import extremes

cases = extremes("REDUCE_ANY", "bool")
