"""MEAN, see `reductions`."""

from __future__ import annotations

from cases.reductions import sums

cases = sums("MEAN", interpreter=True)
