"""ARG_MIN, see `reductions`."""

from __future__ import annotations

from cases.reductions import arg_extremes

cases = arg_extremes("ARG_MIN")
