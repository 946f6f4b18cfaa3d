"""AVERAGE_POOL_2D."""

from __future__ import annotations

from cases.pools import pools

cases = pools("AVERAGE_POOL_2D")
