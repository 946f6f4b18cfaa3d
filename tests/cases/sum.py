"""SUM, see `reductions`."""

from __future__ import annotations

from cases.reductions import sums

cases = sums("SUM", interpreter=False)
