"""REDUCE_PROD, see `reductions`."""

from __future__ import annotations

from cases.reductions import products

cases = products()
